"""巡查、通报、投诉、办结时间查验: what is seen on foot, told in public, said about staff, and drawn to be looked at."""
