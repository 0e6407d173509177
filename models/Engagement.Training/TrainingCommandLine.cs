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
        if (Console.IsOutputRedirected)
        {
            // A file or a pipe has no width, and the tables want some; nor has it colours, whatever TERM says.
            AnsiConsole.Profile.Width = 200;
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }
        var root = new RootCommand("Trains, evaluates and documents the released models.")
        {
            TrainVerb.Create(), EvaluateVerb.Create(), ReportVerb.Create(), ReproduceVerb.Create(), ThresholdVerb.Create(), SimulateVerb.Create(),
        };
        foreach (var verb in more) root.Add(verb);
        try
        {
            return root.Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        // A disk that is full or refuses is told like any other cause; what is left is a defect and shows its stack.
        catch (Exception e) when (e is TrainingException or IOException or UnauthorizedAccessException)
        {
            // Beside the figures, not among them: those may go into a file.
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
