from . import customer_movement
