{
    "name": "Customer Archive: Consultant's Addon of the Tests",
    "summary": "Overrides every hook that the customer archive promises",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Customer Archive",
    "license": "LGPL-3",
    "depends": ["customer_archive"],
}
