using System.CommandLine;
using Engagement.Training;
using Engagement.Training.Verbs;
using Spectre.Console;

// The verbs: train → evaluate → report. Each says what it does, and ends with 1 and one sentence when it cannot.
var root = new RootCommand("Trains, evaluates and documents the released models.") { TrainVerb.Create(), EvaluateVerb.Create(), ReportVerb.Create() };
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (TrainingException e)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
    return 1;
}
