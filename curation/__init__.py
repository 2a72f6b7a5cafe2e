"""The control plane and the workbench: who may do what, what runs, what people judged."""
