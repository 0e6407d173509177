using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Training.Floundering;

namespace Engagement.Training.Data;

/// <summary>Sessions with a label, and how many had none.</summary>
public sealed record LabelledSessions(List<FlounderingSession> Sessions, int Unlabelled);

/// <summary>
/// Reads canonical events (one JSON object a line, as the collector takes them; each with <c>occurredAt</c> or <c>receivedAt</c>) and labels: a csv whose header names
/// <c>label</c> (0, 1, true or false) and <c>visitor</c> or <c>session</c> (a member <c>session</c> of the events); if wanted <c>site</c>, and <c>time</c>, a moment in
/// the session that is meant (up to 30 min after its last event); without it all of the visitor's sessions are. Other columns are passed over; no quoting. The
/// sessions are the engine's own: exact copies of an event count once.
/// </summary>
public static class LabelledSessionReader
{
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(30);
    private static readonly string[] Own = ["v", "id", "site", "visitor", "type", "occurredAt", "receivedAt", "session"];

    /// <summary>Throws <see cref="TrainingException"/>, with the file's line, for whatever it cannot take.</summary>
    public static LabelledSessions Read(string events, string labels)
    {
        var (source, sessionNames) = ReadEvents(events);
        var sessions = FlounderingSession.RowsBySession(source.OrderBy(e => e.At));
        var labelOf = new bool?[sessions.Count];
        var byVisitor = Enumerable.Range(0, sessions.Count).ToLookup(i => sessions[i].User);
        foreach (var row in ReadLabels(labels))
        {
            var visitor = row.Session is null ? Key(row.Site, row.Visitor!) : sessionNames.GetValueOrDefault(Key(row.Site, row.Session));
            var meant = (visitor is null ? [] : byVisitor[visitor])
                .Where(i => row.Time is not { } time || time >= sessions[i].First && time <= sessions[i].Last + Gap).ToArray();
            if (meant.Length == 0) throw new TrainingException($"{labels}, line {row.Line}: no session of {row.Session ?? row.Visitor} in {events}{(row.Time is null ? "" : " at that time")}.");
            foreach (var i in meant)
            {
                if (labelOf[i] is { } before && before != row.Label) throw new TrainingException($"{labels}, line {row.Line}: an earlier line gives that session the other label.");
                labelOf[i] = row.Label;
            }
        }
        List<FlounderingSession> labelled = [.. Enumerable.Range(0, sessions.Count).Where(i => labelOf[i] is not null).Select(i => Session(sessions[i], labelOf[i]!.Value))];
        return new LabelledSessions(labelled, sessions.Count - labelled.Count);
    }

    private static FlounderingSession Session((string User, SessionId Session, List<float[]> Rows, Instant First, Instant Last) session, bool label) => new(
        session.Session.ToString(), "events", null, label, 0, (int)session.Rows[^1][(int)Feature.ResultsOpened], [.. session.Rows], []);

    private static (List<SourceEvent> Events, Dictionary<string, string> SessionNames) ReadEvents(string path)
    {
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        var reader = new VisitorEventReader();
        var events = new List<SourceEvent>();
        var names = new Dictionary<string, string>();
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var result = reader.ReadClient(Encoding.UTF8.GetBytes(text), out var e);
            if (!result.IsOk) throw new TrainingException($"{path}, line {line}: {result.Error} {result.Field}".TrimEnd() + ".");
            var at = e.OccurredAt != Instant.Start ? e.OccurredAt : e.ReceivedAt;
            if (at == Instant.Start) throw new TrainingException($"{path}, line {line}: neither occurredAt nor receivedAt.");
            var user = Key(Encoding.UTF8.GetString(e.Site), Encoding.UTF8.GetString(e.Visitor));
            var body = JsonNode.Parse(text)!.AsObject();
            if (body["session"] is JsonValue name) names[Key(Encoding.UTF8.GetString(e.Site), name.ToString())] = user;
            var (id, type) = (Encoding.UTF8.GetString(e.Id), body["type"]!.GetValue<string>());
            foreach (var own in Own) body.Remove(own);
            // A name of the session splits nobody: whoever comes under two of them is told apart by visitor and time.
            events.Add(new SourceEvent(id, user, type, at, body));
        }
        return events.Count > 0 ? (events, names) : throw new TrainingException($"{path} holds no events.");
    }

    private static IEnumerable<(int Line, string? Site, string? Visitor, string? Session, bool Label, Instant? Time)> ReadLabels(string path)
    {
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        var lines = File.ReadAllLines(path);
        string[] header = lines.Length == 0 ? [] : [.. lines[0].Split(',').Select(name => name.Trim())];
        int site = Array.IndexOf(header, "site"), visitor = Array.IndexOf(header, "visitor"), session = Array.IndexOf(header, "session");
        int label = Array.IndexOf(header, "label"), time = Array.IndexOf(header, "time");
        if (label < 0 || visitor < 0 && session < 0) throw new TrainingException($"{path}, line 1: the header names {string.Join(", ", header)}; needed: label, and visitor or session.");
        for (var line = 2; line <= lines.Length; line++)
        {
            if (lines[line - 1].Length == 0) continue;
            string[] fields = [.. lines[line - 1].Split(',').Select(field => field.Trim())];
            if (fields.Length != header.Length) throw new TrainingException($"{path}, line {line}: {fields.Length} columns, the header has {header.Length}.");
            string? Field(int column) => column < 0 || fields[column].Length == 0 ? null : fields[column];
            if ((Field(session) ?? Field(visitor)) is null) throw new TrainingException($"{path}, line {line}: neither visitor nor session.");
            yield return (line, Field(site), Field(visitor), Field(session), Label(path, line, fields[label]), Field(time) is { } text ? Time(path, line, text) : null);
        }
    }

    private static bool Label(string path, int line, string text) => text.ToLowerInvariant() switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => throw new TrainingException($"{path}, line {line}: label \"{text}\"; allowed: 0, 1, true, false."),
    };

    private static Instant Time(string path, int line, string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)) return Instant.FromUnixMs(ms);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return Instant.FromDateTimeOffset(time);
        throw new TrainingException($"{path}, line {line}: time \"{text}\" is neither RFC 3339 nor Unix milliseconds.");
    }

    private static string Key(string? site, string name) => string.IsNullOrEmpty(site) ? name : $"{site}/{name}";
}
