using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Training.Data;
using Engagement.Training.Simulation;
using Spectre.Console;

namespace Engagement.Training.Verbs;

/// <summary><c>simulate</c>: writes simulated visits as <c>WORLD.events.jsonl</c>, as the collector takes them, and <c>WORLD.labels.csv</c>, for <c>evaluate --events</c>.</summary>
internal static class SimulateVerb
{
    // Some hundred megabytes of events.
    private const int VisitsMax = 1_000_000;

    public static Command Create()
    {
        var output = new Option<string>("--out") { Required = true, Description = "Folder for the files." };
        var worlds = new Option<string[]>("--worlds")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = $"Some of {string.Join(", ", HelpWorld.All.Select(world => world.Name))}. Default: all.",
        };
        var visits = new Option<int>("--visits") { DefaultValueFactory = _ => 500, Description = "Visits to each world." };
        var seed = new Option<long>("--seed") { DefaultValueFactory = _ => TrainVerb.SeedDefault, Description = "The same seed gives the same bytes." };
        var command = new Command("simulate", "Writes simulated visits to help centres with their labels.") { output, worlds, visits, seed };
        command.SetAction(parsed =>
        {
            var count = parsed.GetRequiredValue(visits);
            if (count is < 1 or > VisitsMax) throw new TrainingException($"--visits is {count}; allowed: 1 to {VisitsMax}.");
            var names = parsed.GetValue(worlds) is { Length: > 0 } given ? given.SelectMany(text => text.Split(',')).ToArray() : [.. HelpWorld.All.Select(world => world.Name)];
            foreach (var world in names.Select(HelpWorld.Find))
                Write(parsed.GetRequiredValue(output), world, WorldSimulator.Simulate(world, count, parsed.GetRequiredValue(seed)));
            return 0;
        });
        return command;
    }

    private static void Write(string folder, HelpWorld world, List<SimulatedVisit> visits)
    {
        Directory.CreateDirectory(folder);
        var events = visits.SelectMany(visit => visit.Events).OrderBy(e => e.At).ThenBy(e => e.Id, StringComparer.Ordinal);
        var (log, labels) = (Path.Combine(folder, $"{world.Name}.events.jsonl"), Path.Combine(folder, $"{world.Name}.labels.csv"));
        File.WriteAllLines(log, events.Select(Line));
        var text = new StringBuilder("visitor,label,kind,flounderingFrom\n");
        foreach (var visit in visits) text.Append(visit.Visitor).Append(visit.Floundered ? ",1," : ",0,").Append(visit.Kind).Append(',').Append(visit.FlounderingFrom).Append('\n');
        File.WriteAllText(labels, text.ToString());
        AnsiConsole.MarkupLineInterpolated($"wrote {log} and {labels}: {visits.Count} visits, {visits.Count(visit => visit.Floundered)} floundered");
    }

    private static string Line(SourceEvent source)
    {
        var line = new JsonObject { ["id"] = source.Id, ["visitor"] = source.User, ["type"] = source.Type, ["occurredAt"] = source.At.ToString() };
        foreach (var (name, value) in source.Body ?? []) line[name] = value?.DeepClone();
        return line.ToJsonString();
    }
}
