using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Engagement.Core;

namespace Engagement.Training.Data;

/// <summary>One recorded search session with its outcome.</summary>
/// <param name="Found">It clicked a document judged relevant (grade 1 or more) for its topic.</param>
/// <param name="Clicks">Clicks in the whole session.</param>
public sealed record TrecSession(string Id, List<SourceEvent> Events, bool Found, int Clicks);

/// <summary>
/// Reads a TREC Session Track: sessions as XML, judgements (<c>topic 0 document grade</c> a line) and, where the sessions do not name the judgements' topics, a map
/// (<c>session topic</c> a line, further columns passed over). Plain or .xz. Queries become search_performed with their number of results, clicks
/// search_result_opened, the last query (whose results are not recorded) a search without a count. Takes the layouts of 2012 (<c>clueweb09id</c>, times of day) and of
/// 2013 and 2014 (<c>clueweb12id</c>, seconds or dates; a click may name its document as <c>docno</c>).
/// </summary>
public static class TrecSessionReader
{
    // The track records times of day or seconds only; the day is ours.
    private static readonly DateTimeOffset Day = new(2012, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The folder of 2012's. Throws <see cref="TrainingException"/> when a file is missing or not of this form.</summary>
    public static List<TrecSession> Read(string folder) =>
        Read(Path.Combine(folder, "sessiontrack2012.xml"), Path.Combine(folder, "qrels2012.txt"), null);

    /// <summary>Throws <see cref="TrainingException"/>, with the file's line, when a file is missing or not of this form.</summary>
    public static List<TrecSession> Read(string sessions, string judgements, string? map)
    {
        var relevant = Rows(judgements, 4, "topic 0 document grade")
            .Where(row => Grade(judgements, row) >= 1).Select(row => (Topic: row.Fields[0], Document: row.Fields[^2])).ToHashSet();
        var topics = map is null ? null : Topics(map);
        try
        {
            using var reader = XmlReader.Create(Open(sessions), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            List<TrecSession> read = [.. XDocument.Load(reader, LoadOptions.SetLineInfo).Root!.Elements("session").Select(session => Session(session, relevant, topics))];
            return read.Count > 0 ? read : throw new FormatException("it has no element session under its root");
        }
        catch (Exception e) when (e is XmlException or FormatException)
        {
            throw new TrainingException($"{sessions} is not a TREC Session Track: {e.Message}", e);
        }
    }

    private static TrecSession Session(XElement session, HashSet<(string Topic, string Document)> relevant, Dictionary<string, string>? topics)
    {
        var id = Attribute(session, "num");
        if (topics is null || !topics.TryGetValue(id, out var topic))
            topic = topics is null ? Attribute(Child(session, "topic"), "num") : throw Fault(session, $"the map has no topic for session {id}");
        var start = session.Attribute("starttime") is null ? 0 : TimeOf(session);
        var events = new List<SourceEvent>();
        var found = false;
        var clicks = 0;
        foreach (var interaction in session.Elements("interaction"))
        {
            var results = interaction.Element("results")?.Elements("result").ToList() ?? [];
            Add("search_performed", interaction, new JsonObject { ["query"] = Child(interaction, "query").Value.Trim(), ["resultCount"] = results.Count });
            foreach (var click in interaction.Element("clicked")?.Elements("click") ?? [])
            {
                found |= DocumentOf(click, results) is { } document && relevant.Contains((topic, document));
                clicks++;
                Add("search_result_opened", click, null);
            }
        }
        if (session.Element("currentquery") is { } last) Add("search_performed", last, new JsonObject { ["query"] = Child(last, "query").Value.Trim() });
        return new TrecSession(id, [.. events.OrderBy(e => e.At)], found, clicks);

        void Add(string type, XElement at, JsonObject? search)
        {
            var seconds = TimeOf(at);
            // Past midnight a time of day begins anew.
            if (seconds < start - 43_200) seconds += 86_400;
            events.Add(new SourceEvent(
                $"{id}-{events.Count}", $"trec{id}", type, Instant.FromDateTimeOffset(Day.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))),
                search is null ? null : new JsonObject { ["search"] = search }));
        }
    }

    private static string? DocumentOf(XElement click, List<XElement> results)
    {
        if ((click.Element("docno") ?? click.Element("docid")) is { } named) return named.Value.Trim();
        var rank = Child(click, "rank").Value.Trim();
        var result = results.Find(result => Attribute(result, "rank") == rank);
        return (result?.Element("clueweb09id") ?? result?.Element("clueweb12id"))?.Value.Trim();
    }

    /// <summary>Seconds: of a time of day, of a date, or as they stand.</summary>
    private static double TimeOf(XElement element)
    {
        var text = Attribute(element, "starttime");
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e10) return seconds;
        }
        else if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)) return time.TotalSeconds;
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return (date - Day).TotalSeconds;
        throw Fault(element, $"starttime \"{text}\" is neither a time of day, seconds, nor a date");
    }

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? throw Fault(element, $"{element.Name} has no attribute {name}");

    private static XElement Child(XElement element, string name) => element.Element(name) ?? throw Fault(element, $"{element.Name} has no element {name}");

    private static FormatException Fault(XElement element, string message) => new($"line {((IXmlLineInfo)element).LineNumber}: {message}");

    private static Dictionary<string, string> Topics(string map)
    {
        var topics = new Dictionary<string, string>();
        foreach (var row in Rows(map, 2, "session topic")) topics[row.Fields[0]] = row.Fields[1];
        return topics;
    }

    private static int Grade(string path, (int Line, string[] Fields) row) =>
        int.TryParse(row.Fields[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var grade)
            ? grade : throw new TrainingException($"{path}, line {row.Line}: grade \"{row.Fields[^1]}\" is no whole number.");

    private static List<(int Line, string[] Fields)> Rows(string path, int columns, string form)
    {
        using var reader = Open(path);
        var rows = new List<(int, string[])>();
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0 || fields[0].StartsWith('#')) continue;
            if (fields.Length < columns) throw new TrainingException($"{path}, line {line}: {fields.Length} columns; expected: {form}.");
            rows.Add((line, fields));
        }
        return rows.Count > 0 ? rows : throw new TrainingException($"{path} is empty; expected lines of the form: {form}.");
    }

    private static StringReader Open(string path)
    {
        var packed = path.EndsWith(".xz", StringComparison.Ordinal) ? path : path + ".xz";
        if (packed != path && File.Exists(path)) return new StringReader(File.ReadAllText(path));
        if (!File.Exists(packed)) throw new TrainingException(packed == path ? $"There is no file {path}." : $"There is neither {path} nor {packed}.");
        try
        {
            using var xz = Process.Start(new ProcessStartInfo("xz", ["-dc", packed]) { RedirectStandardOutput = true })!;
            var text = xz.StandardOutput.ReadToEnd();
            xz.WaitForExit();
            return xz.ExitCode == 0 ? new StringReader(text) : throw new TrainingException($"xz could not read {packed}.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new TrainingException($"{packed} needs the program xz (apt-get install xz-utils), or unpack it first.", e);
        }
    }
}
