"""Learning-rate schedules: nine ways to change the rate over a run, on one network over seeds."""
