// The same verbs as the training tool; with this assembly beside it, --trainer mlnet is found.
return Engagement.Training.TrainingCommandLine.Run(args);
