using System.CommandLine;
using Engagement.Training.Verbs;
using Spectre.Console;

namespace Engagement.Training;

/// <summary>The tool's verbs, train → evaluate → report; reproduce does all three for everything. Each ends with 1 and one sentence when it cannot go on.</summary>
public static class TrainingCommandLine
{
    /// <param name="more">Verbs that a tool built upon this one adds.</param>
    public static int Run(string[] arguments, params ReadOnlySpan<Command> more)
    {
        // A file or a pipe has no width; the tables want some.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 200;
        var root = new RootCommand("Trains, evaluates and documents the released models.")
        {
            TrainVerb.Create(), EvaluateVerb.Create(), ReportVerb.Create(), ReproduceVerb.Create(), ThresholdVerb.Create(), SimulateVerb.Create(),
        };
        foreach (var verb in more) root.Add(verb);
        try
        {
            return root.Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (TrainingException e)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return 1;
        }
    }
}
