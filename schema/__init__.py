"""What clients see: types, inputs and scalars, one file per part of the business."""
