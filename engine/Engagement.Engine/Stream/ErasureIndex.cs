using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream;

/// <summary>
/// Who asked to be forgotten, and when. Every reader of the log loads it first and hides what an erased visitor sent before. It is a topic of
/// the same log, so that it is as durable as what it hides. Thread-safe.
/// </summary>
public sealed class ErasureIndex
{
    private readonly ConcurrentDictionary<(string Site, VisitorKey Visitor), Instant> _erased = new();

    public int Count => _erased.Count;

    /// <summary>Who, and when last.</summary>
    public IEnumerable<(VisitorKey Visitor, Instant ErasedAt)> Visitors => _erased.Select(e => (e.Key.Visitor, e.Value));

    /// <summary>True when this visitor asked to be forgotten at or after <paramref name="receivedAt"/>.</summary>
    public bool Hides(string site, VisitorKey visitor, Instant receivedAt) =>
        _erased.TryGetValue((site, visitor), out var at) && receivedAt <= at;

    /// <summary>
    /// True for a record of any topic, keyed <c>site:visitor</c>, that an erased visitor left behind: by its <c>receivedAt</c> or <c>at</c>; one that
    /// tells neither is hidden too.
    /// </summary>
    public bool Hides(in LogRecord record)
    {
        if (_erased.IsEmpty) return false;
        var key = record.Key.Span;
        var colon = key.LastIndexOf((byte)':');
        if (colon < 0 || !VisitorKey.TryParse(key[(colon + 1)..], out var visitor)) return false;
        return _erased.TryGetValue((Encoding.UTF8.GetString(key[..colon]), visitor), out var erasedAt) && !IsLater(record.Value, erasedAt);
    }

    /// <summary>As the other, for a record of <see cref="Topics.Rejects"/>, whose key tells no visitor.</summary>
    public bool HidesReject(in LogRecord record) => !_erased.IsEmpty && RejectRecord.Read(record.Value, withOriginal: false) is { } reject && Hides(reject);

    /// <summary>True for a reject that an erased visitor left behind.</summary>
    public bool Hides(RejectRecord reject) => reject.Visitor is { } visitor && Hides(reject.Site, visitor, reject.ReceivedAt);

    public void Add(string site, VisitorKey visitor, Instant erasedAt) =>
        _erased.AddOrUpdate((site, visitor), erasedAt, (_, before) => Instant.Max(before, erasedAt));

    /// <summary>The whole index as of now.</summary>
    public static async ValueTask<ErasureIndex> LoadAsync(IEventLog log, CancellationToken cancellation)
    {
        var index = new ErasureIndex();
        for (var partition = 0; partition < log.PartitionCount; partition++) await index.LoadAsync(log, partition, cancellation);
        return index;
    }

    /// <summary>Adds the erasures of one partition's visitors: keys lie in the same partition of every topic.</summary>
    public async ValueTask LoadAsync(IEventLog log, int partition, CancellationToken cancellation)
    {
        for (var (from, _) = await log.GetBoundsAsync(Topics.Erasures, partition, cancellation); ;)
        {
            using var batch = await log.ReadAsync(Topics.Erasures, partition, from, Limits.BatchRecordsMax, cancellation);
            if (batch.Count == 0) return;
            for (var i = 0; i < batch.Count; i++) Take(batch[i].Value);
            from = batch.NextOffset;
        }
    }

    /// <summary>JSON of one entry.</summary>
    public static byte[] Entry(string site, VisitorKey visitor, Instant erasedAt)
    {
        using var stream = new MemoryStream(128);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, 1);
            writer.WriteString("site"u8, site);
            writer.WriteString("visitor"u8, visitor.ToString());
            writer.WriteNumber("erasedAt"u8, erasedAt.UnixMs);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static bool IsLater(ReadOnlyMemory<byte> json, Instant erasedAt)
    {
        try
        {
            using var record = JsonDocument.Parse(json);
            return (record.RootElement.TryGetProperty("receivedAt"u8, out var at) || record.RootElement.TryGetProperty("at"u8, out at))
                && at.ValueKind == JsonValueKind.String && at.TryGetDateTimeOffset(out var time) && Instant.FromDateTimeOffset(time) > erasedAt;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Take(ReadOnlyMemory<byte> entry)
    {
        using var json = JsonDocument.Parse(entry);
        var root = json.RootElement;
        if (VisitorKey.TryParse(root.GetProperty("visitor").GetString() ?? "", out var visitor))
            Add(root.GetProperty("site").GetString() ?? "", visitor, new Instant(root.GetProperty("erasedAt").GetInt64()));
    }
}
