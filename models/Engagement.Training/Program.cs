return Engagement.Training.TrainingCommandLine.Run(args);
