using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Engagement.Training.Data;

namespace Engagement.Training.Needs;

/// <summary>Examples as read, with what a manifest says of them.</summary>
public sealed record NeedData(List<NeedExample> Examples, string Description, string Sha256, string Credit);

/// <summary>The parts of CLINC150; an out-of-scope question has no topic.</summary>
public sealed record Clinc150Parts(List<NeedExample> Train, List<NeedExample> Validation, List<NeedExample> Test, List<NeedExample> OutOfScopeTrain,
    List<NeedExample> OutOfScopeValidation, List<NeedExample> OutOfScopeTest, string Sha256);

/// <summary>Reads labelled questions: public data sets, and a site's own. Throws <see cref="TrainingException"/> that says what is wrong and where.</summary>
public static class NeedDataReader
{
    public const string Banking77Credit = "BANKING77, Casanueva et al. 2020 (PolyAI), CC BY 4.0";
    public const string Clinc150Credit = "CLINC150, Larson et al. 2019, CC BY 3.0";
    public const string BitextCredit = "Bitext customer service sample, CDLA-Sharing-1.0";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static List<NeedExample> ReadBanking77(string folder, string part) => ReadCsv(Path.Combine(folder, part + ".csv"), "text", "category");

    /// <summary>Rows tagged W (offensive) are dropped.</summary>
    public static List<NeedExample> ReadBitext(string folder, string part) =>
        ReadCsv(BitextFile(folder, part), "utterance", "intent", "tags", 'W');

    /// <summary>What the released prior learns from: all but the test part.</summary>
    public static NeedData BitextForRelease(string folder) => new(
        [.. ReadBitext(folder, "Training"), .. ReadBitext(folder, "Validation")], "Bitext customer service sample, training and validation part, rows tagged W dropped",
        Sha256(BitextFile(folder, "Training"), BitextFile(folder, "Validation")), BitextCredit);

    private static string BitextFile(string folder, string part) => Path.Combine(folder, $"Bitext_Sample_Customer_Service_{part}_Dataset.csv");

    public static Clinc150Parts ReadClinc150(string folder)
    {
        var path = Path.Combine(folder, "data_full.json.gz");
        using var gzip = new GZipStream(OpenRead(path), CompressionMode.Decompress);
        using var document = Parse(() => JsonDocument.Parse(gzip), path);
        return new Clinc150Parts(
            Part("train"), Part("val"), Part("test"), Part("oos_train"), Part("oos_val"), Part("oos_test"), Sha256(path));

        List<NeedExample> Part(string name) => document.RootElement.TryGetProperty(name, out var rows)
            ? [.. rows.EnumerateArray().Select(r => new NeedExample(r[0].GetString()!, r[1].GetString() is { } topic and not "oos" ? topic : null))]
            : throw new TrainingException($"{path} has no part {name}.");
    }

    /// <summary>
    /// A site's own: <c>.csv</c> with the columns text and topic (or utterance, query, question; intent, category, label; an empty topic is out of scope), or
    /// <c>.json</c> with a list of articles (or an object with such a list as "articles"), whose topic, title and text are read: a title, and each
    /// sentence of the text, is an example of its topic.
    /// </summary>
    public static NeedData ReadOwn(string path)
    {
        var examples = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? ReadArticles(path) : ReadCsv(path, null, null);
        return new NeedData(examples, $"a site's own: {Path.GetFileName(path)}", Sha256(path), "the site");
    }

    public static string Sha256(params string[] paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths) hash.AppendData(Read(path));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static List<NeedExample> ReadCsv(string path, string? text, string? topic, string? tags = null, char dropped = '\0')
    {
        var rows = CsvRows.Read(System.Text.Encoding.UTF8.GetString(Read(path)).TrimStart('\uFEFF'), path);
        if (rows.Count < 2) throw new TrainingException($"{path} has no rows.");
        var header = Array.ConvertAll(rows[0], column => column.Trim().ToLowerInvariant());
        var ofText = Column(text is null ? ["text", "utterance", "query", "question", "title"] : [text]);
        var ofTopic = Column(topic is null ? ["topic", "intent", "category", "label"] : [topic]);
        var ofTags = tags is null ? -1 : Column([tags]);
        var examples = new List<NeedExample>(rows.Count);
        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i].Length != header.Length) throw new TrainingException($"{path}, row {i + 1}: {rows[i].Length} fields, the header has {header.Length}.");
            if (ofTags >= 0 && rows[i][ofTags].Contains(dropped, StringComparison.Ordinal)) continue;
            if (string.IsNullOrWhiteSpace(rows[i][ofText])) continue;
            var of = rows[i][ofTopic].Trim();
            examples.Add(new NeedExample(rows[i][ofText], of.Length == 0 ? null : of));
        }
        return examples;

        int Column(string[] names)
        {
            var found = names.Select(name => Array.IndexOf(header, name)).FirstOrDefault(i => i >= 0, -1);
            return found >= 0 ? found : throw new TrainingException($"{path} has no column {string.Join(", ", names)}; it has {string.Join(", ", header)}.");
        }
    }

    private static List<NeedExample> ReadArticles(string path)
    {
        using var document = Parse(() => JsonDocument.Parse(Read(path), Lenient), path);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("articles", out var list)) root = list;
        if (root.ValueKind != JsonValueKind.Array) throw new TrainingException($"{path} is not a list of articles.");
        var examples = new List<NeedExample>();
        foreach (var (i, article) in root.EnumerateArray().Index())
        {
            var title = Text(article, "title");
            if (title is null) throw new TrainingException($"{path}, article {i}: no title.");
            var topic = Text(article, "topic") ?? Text(article, "category") ?? Text(article, "intent") ?? title;
            examples.Add(new NeedExample(title, topic));
            examples.AddRange(SentencesOf(article).Select(sentence => new NeedExample(sentence, topic)));
        }
        return examples;
    }

    private static IEnumerable<string> SentencesOf(JsonElement article)
    {
        if (!article.TryGetProperty("text", out var text)) return [];
        var paragraphs = text.ValueKind == JsonValueKind.Array ? text.EnumerateArray().Select(p => p.ToString()) : [text.ToString()];
        return paragraphs.SelectMany(p => p.Split(['.', '?', '!', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static JsonDocument Parse(Func<JsonDocument> parse, string path)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new TrainingException($"{path} is not JSON: {e.Message}", e);
        }
    }

    private static FileStream OpenRead(string path) => File.Exists(path) ? File.OpenRead(path) : throw new TrainingException($"There is no file {path}.");

    private static byte[] Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : throw new TrainingException($"There is no file {path}.");
}
