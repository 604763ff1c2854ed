from . import customer_movement
from . import customer_wider_right
