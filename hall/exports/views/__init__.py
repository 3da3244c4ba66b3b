"""Pages of this room: the one every export is asked through, and those of the second person."""

from hall.exports.views.offering import granted, offer, refused

__all__ = ["granted", "offer", "refused"]
