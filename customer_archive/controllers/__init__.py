from . import customer_apply
