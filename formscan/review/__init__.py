"""The review page: people settle what the machine is not sure of.

``desk`` knows what waits, ``cases`` what one record says, ``card`` what is shown of an item,
``judgement`` what becomes of an answer; ``trust`` guards the door, ``app`` holds the routes.
"""
