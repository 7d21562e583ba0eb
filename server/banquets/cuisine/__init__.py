"""La cuisine : qui y entre sans compte, ce qu'elle note, ce qu'elle dit à qui organise."""
