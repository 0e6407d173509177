using System.CommandLine;
using System.Globalization;
using Engagement.Core.Decisions;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>threshold</c>: the threshold of least expected cost by costs that the operator states, and what it will mean.</summary>
internal static class ThresholdVerb
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "Folder with operating.json: models/floundering." };
        var minute = Number("--agent-minute", 0.8, "What a minute of an agent costs.");
        var interruption = Number("--interruption", 0.5, "What it costs to interrupt somebody who needed nothing.");
        var lost = Number("--lost-visitor", 20, "What it costs when somebody who needed a person got none. The three in any one currency.");
        var minutes = Number("--minutes", 6, "Minutes of a conversation.");
        var sessions = Number("--sessions-an-hour", 1000, "Sessions of the site in an hour.");
        var accepted = Number("--accepted", 1, "Share of offers that are taken. Default: all, the dear side for agents' time.");
        var needing = new Option<double?>("--needing") { Description = "Share of the site's sessions that need a person. Default: as in the evaluation." };
        var command = new Command("threshold", "Chooses a model's threshold by what things cost.") { model, minute, interruption, lost, minutes, sessions, accepted, needing };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(model),
            new OperatingCosts(
                parsed.GetRequiredValue(minute), parsed.GetRequiredValue(interruption), parsed.GetRequiredValue(lost), parsed.GetRequiredValue(minutes), parsed.GetRequiredValue(sessions))
            {
                AcceptedShare = parsed.GetRequiredValue(accepted), NeedingShare = parsed.GetValue(needing),
            }));
        return command;

        static Option<double> Number(string name, double value, string description) => new(name) { DefaultValueFactory = _ => value, Description = description };
    }

    private static int Run(string folder, OperatingCosts costs)
    {
        if (costs.Validate() is { } fault) throw new TrainingException($"{fault.Field}: {fault.Allowed}.");
        var path = Path.Combine(folder, "operating.json");
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}: reproduce writes it beside each model that it measures.");
        var table = OperatingTable.TryRead(File.ReadAllBytes(path), out var cause) ?? throw new TrainingException($"{path}: {cause}");
        Print(table, OperatingCurve.Of(table, costs), costs);
        return 0;
    }

    private static void Print(OperatingTable table, OperatingCurve curve, OperatingCosts costs)
    {
        AnsiConsole.MarkupLineInterpolated($"{table.Model}: {table.MeasuredOn}. {table.Needing.Sum()} sessions with the outcome ({table.Outcome}), {table.Others.Sum()} without; taken as {Text(100 * curve.NeedingShare)} % of the site's.");
        var rows = new Table { Title = new TableTitle($"What a threshold of {table.State} means in an hour (95 % intervals)") }
            .AddColumns("threshold", "offers", "precision", "share reached", "agent hours", "cost");
        foreach (var point in curve.Points.Where(point => point == curve.Best || Math.Abs(point.Threshold * 20 - Math.Round(point.Threshold * 20)) < 1e-9))
        {
            var mark = point == curve.Best ? "  least cost" : "";
            rows.AddRow(
                $"{Text(point.Threshold)}{mark}", Text(point.OffersPerHour), Text(point.Precision), Text(point.Reached), Text(point.AgentHours), Text(point.CostPerHour));
        }
        rows.AddRow("no offers", "0", "", "0", "0", Text(curve.CostOfNonePerHour));
        AnsiConsole.Write(rows);
        AnsiConsole.MarkupLineInterpolated(costs.BreakEven <= 1
            ? (FormattableString)$"Were every probability exactly true, an offer would be worth its cost from {Text(costs.BreakEven)} on."
            : $"At these costs no offer is ever worth its cost: a conversation costs more than the visitor it keeps.");
        if (curve.IsNothingBetter) AnsiConsole.MarkupLine("[yellow]Offering nothing costs no more than any threshold: on these costs, keep the mode at observe.[/]");
        else AnsiConsole.MarkupLineInterpolated($"In the site's file: \"policy\": {{ \"thresholds\": {{ \"{table.State}\": {Text(curve.Best.Threshold)} }} }}");
    }

    private static string Text(Estimate estimate) => $"{Text(estimate.Value)} ({Text(estimate.Low)} to {Text(estimate.High)})";

    private static string Text(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
