"""What an operator does now and then: check everything, collect what nobody needs, back up.

Minutes for a small workbench, hours for terabytes: the command line and the workers
import this, the web does not.
"""
