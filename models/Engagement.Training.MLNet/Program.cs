// The same verbs as the training tool, with ML.NET's trainers beside it for --trainer, and two of its own.
return Engagement.Training.TrainingCommandLine.Run(
    args, Engagement.Training.MLNet.Verbs.TrainersVerb.Create(), Engagement.Training.MLNet.Verbs.TreesVerb.Create());
