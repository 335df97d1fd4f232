"""Version 1: additions may come at any time; what is here neither changes its meaning nor goes."""
