using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Engagement.Core;

namespace Engagement.Training.Data;

/// <summary>One search session of TREC 2012 with its outcome.</summary>
/// <param name="Found">It clicked a document judged relevant (grade 1 or more) for its topic.</param>
/// <param name="Clicks">Clicks in the whole session.</param>
public sealed record TrecSession(string Id, List<SourceEvent> Events, bool Found, int Clicks);

/// <summary>
/// Reads the TREC 2012 Session Track (sessiontrack2012.xml and qrels2012.txt, plain or as .xz): queries become search_performed with their number
/// of results, clicks search_result_opened, the last query (whose results are not recorded) a search without a count.
/// </summary>
public static class TrecSessionReader
{
    // The track records times of day only; the day is ours.
    private static readonly DateTimeOffset Day = new(2012, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Throws <see cref="TrainingException"/> when a file is missing or not of this form.</summary>
    public static List<TrecSession> Read(string folder)
    {
        var relevant = Open(folder, "qrels2012.txt").ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length == 4 && int.Parse(fields[3], CultureInfo.InvariantCulture) >= 1)
            .Select(fields => (Topic: fields[0], Document: fields[2]))
            .ToHashSet();
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit };
            using var reader = XmlReader.Create(Open(folder, "sessiontrack2012.xml"), settings);
            return [.. XDocument.Load(reader).Root!.Elements("session").Select(session => Session(session, relevant))];
        }
        catch (Exception e) when (e is XmlException or FormatException or NullReferenceException)
        {
            throw new TrainingException($"{folder} does not hold the TREC 2012 Session Track: {e.Message}", e);
        }
    }

    private static TrecSession Session(XElement session, HashSet<(string Topic, string Document)> relevant)
    {
        var id = session.Attribute("num")!.Value;
        var topic = session.Element("topic")!.Attribute("num")!.Value;
        var events = new List<SourceEvent>();
        var found = false;
        var clicks = 0;
        foreach (var interaction in session.Elements("interaction"))
        {
            var results = interaction.Element("results")?.Elements("result").ToList() ?? [];
            Add("search_performed", interaction, new JsonObject { ["query"] = interaction.Element("query")!.Value.Trim(), ["resultCount"] = results.Count });
            foreach (var click in interaction.Element("clicked")?.Elements("click") ?? [])
            {
                var rank = click.Element("rank")!.Value.Trim();
                var document = results.FirstOrDefault(result => result.Attribute("rank")!.Value == rank)?.Element("clueweb09id")?.Value;
                found |= document is not null && relevant.Contains((topic, document));
                clicks++;
                Add("search_result_opened", click, null);
            }
        }
        if (session.Element("currentquery") is { } last) Add("search_performed", last, new JsonObject { ["query"] = last.Element("query")!.Value.Trim() });
        return new TrecSession(id, [.. events.OrderBy(e => e.At)], found, clicks);

        void Add(string type, XElement at, JsonObject? search) => events.Add(new SourceEvent(
            $"{id}-{events.Count}", $"trec{id}", type, At(at), search is null ? null : new JsonObject { ["search"] = search }));
    }

    private static Instant At(XElement element) =>
        Instant.FromDateTimeOffset(Day + TimeSpan.Parse(element.Attribute("starttime")!.Value, CultureInfo.InvariantCulture));

    private static StringReader Open(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path)) return new StringReader(File.ReadAllText(path));
        if (!File.Exists(path + ".xz")) throw new TrainingException($"There is neither {path} nor {path}.xz.");
        try
        {
            using var xz = Process.Start(new ProcessStartInfo("xz", ["-dc", path + ".xz"]) { RedirectStandardOutput = true })!;
            var text = xz.StandardOutput.ReadToEnd();
            xz.WaitForExit();
            return xz.ExitCode == 0 ? new StringReader(text) : throw new TrainingException($"xz could not read {path}.xz.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new TrainingException($"{path}.xz needs the program xz (apt-get install xz-utils), or unpack it first.", e);
        }
    }
}
