using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engagement.Core.Contracts;
using Engagement.Core.Features;

namespace Engagement.Training.Own;

/// <summary>
/// Reads a site's <c>engagement.outcomes</c>: one record a line, as <c>engagement log dump --topic engagement.outcomes</c> or a Kafka consumer prints them,
/// plain or gzip. What stands before a line's first brace (partition, offset, key) is passed over. Throws <see cref="TrainingException"/>, saying the
/// line, for what is no outcome.
/// </summary>
public sealed class OutcomeReader(OwnState state)
{
    public const string WithoutDraw = "without a row from before the outcome (a busy partition keeps one of some of its sessions only; early releases kept none)";
    public const string OtherSchema = "of another feature schema";
    public const string OtherSite = "of another site";
    public const string NotOfState = "says nothing of this state";
    public const string Double = "double";
    public const string WrapUp = "what an agent said came of a conversation: no session of its own, it tells of another's";

    private readonly Dictionary<string, int> _skipped = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sites = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _others = new(StringComparer.Ordinal);
    private readonly List<OwnRow> _rows = [];
    private readonly HashSet<string> _falseAlarms = new(StringComparer.Ordinal);

    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="site">Null: the one site that the log is of.</param>
    public OwnRows Read(string path, string? site)
    {
        if (path == "-") return Read(Console.OpenStandardInput(), site);
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        using var file = File.OpenRead(path);
        return Read(file, site);
    }

    internal OwnRows Read(Stream stream, string? site)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var text = new StreamReader(Unpacked(buffered), new UTF8Encoding(false, throwOnInvalidBytes: false));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (number == 1 && line.StartsWith("SQLite format 3", StringComparison.Ordinal))
                throw new TrainingException("This is the embedded log itself. Stop the server, then: engagement log dump --topic engagement.outcomes --values --data DIR | … train --from -");
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
            if (!string.IsNullOrWhiteSpace(line)) Take(line, number, site);
        }
        if (site is null && _sites.Count > 1) throw new TrainingException($"The log is of several sites, say which: --site {string.Join(" or ", _sites.Order(StringComparer.Ordinal))}.");
        if (_rows.Count == 0) throw new TrainingException($"No record can be learnt from{Why()}{OtherSites()}.");
        CorrectFalseAlarms();
        return new OwnRows(
            site ?? _sites.Single(), [.. _rows.OrderBy(r => r.Hour).ThenBy(r => r.Id, StringComparer.Ordinal)],
            Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant(), _skipped);
    }

    /// <summary>
    /// Who took up a conversation is taken to have been floundering, unless the agent said that she should not have been invited: that may stand before or
    /// after her session's own record.
    /// </summary>
    private void CorrectFalseAlarms()
    {
        if (state != OwnState.Floundering) return;
        for (var i = 0; i < _rows.Count; i++)
            if (_falseAlarms.Contains(_rows[i].Id)) _rows[i] = _rows[i] with { Outcome = false };
    }

    private string Why() => _skipped.Count == 0 ? ": the log is empty" : ": " + string.Join(", ", _skipped.OrderByDescending(s => s.Value).Select(s => $"{s.Value} {s.Key}"));

    // A mistyped site is then plain to see.
    private string OtherSites() => _others.Count == 0 ? "" : $"; the log is of {string.Join(", ", _others)}";

    private void Take(string line, int number, string? site)
    {
        if (line.Contains("\"kind\":\"wrap_up\"", StringComparison.Ordinal))
        {
            TakeWrapUp(line, number, site);
            return;
        }
        var record = Parse(line, number);
        if (site is not null && record.Site != site)
        {
            _others.Add(record.Site);
            Skip(OtherSite);
        }
        else if (record.FeatureSchema != FeatureSchema.Hash) Skip(OtherSchema);
        else if (!_ids.Add($"{record.Site}/{record.Id}")) Skip(Double);
        else if (record.Drawn is not { } drawn) Skip(WithoutDraw);
        else
        {
            _sites.Add(record.Site);
            var row = RowOf(drawn.Features, number);
            RowOf(record.Features, number);
            if (OwnOutcome.Of(record, state) is { } outcome) _rows.Add(new OwnRow(record.Id, record.Hour, row, outcome));
            else Skip(NotOfState);
        }
    }

    private void TakeWrapUp(string line, int number, string? site)
    {
        try
        {
            var record = WrapUpRecord.FromJson(Encoding.UTF8.GetBytes(line[line.IndexOf('{', StringComparison.Ordinal)..]));
            if (record is null || site is not null && record.Site != site) return;
            if (record.Outcome == WrapUpCode.ShouldNotHaveBeenInvited) _falseAlarms.Add(record.Id);
            Skip(WrapUp);
        }
        catch (JsonException e)
        {
            throw new TrainingException($"Line {number} is no outcome record: {e.Message}", e);
        }
    }

    private static OutcomeRecord Parse(string line, int number)
    {
        var start = line.IndexOf('{', StringComparison.Ordinal);
        try
        {
            if (start >= 0 && OutcomeRecord.FromJson(Encoding.UTF8.GetBytes(line[start..])) is { } record) return record;
        }
        catch (JsonException e)
        {
            throw new TrainingException($"Line {number} is no outcome record: {e.Message}", e);
        }
        throw new TrainingException($"Line {number} is no outcome record: one JSON object a line is wanted.");
    }

    // Of its own schema, so the length must fit; a row without any value would teach nothing but its own absence.
    private static float[] RowOf(ImmutableArray<float?> features, int number)
    {
        if (features.IsDefault || features.Length != FeatureSchema.Count)
            throw new TrainingException($"Line {number}: a row has {(features.IsDefault ? 0 : features.Length)} features; the schema has {FeatureSchema.Count}.");
        if (features.All(f => f is null)) throw new TrainingException($"Line {number}: a row has no value at all.");
        if (features.Any(f => f is { } value && !float.IsFinite(value))) throw new TrainingException($"Line {number}: a value is not finite.");
        return [.. features.Select(f => f ?? float.NaN)];
    }

    private void Skip(string cause) => _skipped[cause] = _skipped.GetValueOrDefault(cause) + 1;

    private static Stream Unpacked(BufferedStream stream)
    {
        // Standard input cannot be sought; what is packed is known by its file.
        if (!stream.CanSeek) return stream;
        var isGzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        return isGzip ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
