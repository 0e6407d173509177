using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engagement.Collector.Rejects;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects;

/// <summary>What one request of a dialect becomes: canonical events, each beside what it was sent as. Not thread-safe.</summary>
internal sealed class CanonicalEvents : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4 * 1024);
    private readonly Utf8JsonWriter _writer;
    private readonly List<(Range Json, ReadOnlyMemory<byte> Original, string? Visitor, EventReadResult Fault)> _events = [];
    private readonly DialectEvent _event = new();

    /// <param name="dialect">Its name, as the log preserves it.</param>
    /// <param name="fields">How the dialect calls what a canonical event calls otherwise: <c>visitor</c> → <c>anonymousId</c>.</param>
    public CanonicalEvents(string dialect, FrozenDictionary<string, string> fields)
    {
        (Dialect, Fields) = (dialect, fields);
        _writer = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public string Dialect { get; }

    /// <summary>Of an event that is read again: its id where its protocol has none, always the same. Null: another each time.</summary>
    public string? IdWhereNone
    {
        init => _event.IdWhereNone = value;
    }

    /// <summary>Makes of an event as it was sent what can be read again alone; null where nothing is to be kept.</summary>
    public Func<ReadOnlyMemory<byte>, SentOriginal?>? MakeAlone { get; init; }
    public FrozenDictionary<string, string> Fields { get; }
    public int Count => _events.Count;

    /// <summary>Empty where what was sent is no event at all.</summary>
    public ReadOnlySpan<byte> Json(int index) => _bytes.WrittenSpan[_events[index].Json];

    /// <summary>As it was sent but for the visitor's id, which no store may hold: <c>[visitor]</c> stands in its place. Allocates; for what is rejected.</summary>
    public ReadOnlySpan<byte> Original(int index)
    {
        var (_, original, visitor, _) = _events[index];
        if (string.IsNullOrEmpty(visitor)) return original.Span;
        // Latin-1 keeps every byte as it is.
        var text = Encoding.Latin1.GetString(original.Span);
        foreach (var written in new[] { visitor, JsonEncodedText.Encode(visitor).Value, Uri.EscapeDataString(visitor) })
            text = text.Replace(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(written)), "[visitor]", StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>As it was sent, to be read again alone; null where that is too long. Allocates; for what is rejected.</summary>
    public SentOriginal? Alone(int index) => MakeAlone?.Invoke(_events[index].Original) is { } alone ? alone with { Index = index } : null;

    /// <summary>What is wrong with what was sent, where the dialect itself says so.</summary>
    public EventReadResult Fault(int index) => _events[index].Fault;

    /// <summary>An empty event to fill; the one before is forgotten.</summary>
    public DialectEvent Begin()
    {
        _event.Reset();
        return _event;
    }

    /// <summary>Adds the event as filled.</summary>
    public void Add(ReadOnlyMemory<byte> original) => Add(original, EventReadResult.Ok);

    /// <summary>
    /// Adds the event as far as filled, of which the dialect knows that it cannot be accepted; <paramref name="field"/> as the dialect names it. What it
    /// says of consent and of its page decides whether a copy of it may be kept.
    /// </summary>
    public void AddFaulty(ReadOnlyMemory<byte> original, EventReadError error, string field) => Add(original, new EventReadResult(error, field, 0));

    private void Add(ReadOnlyMemory<byte> original, EventReadResult fault)
    {
        var start = _bytes.WrittenCount;
        _writer.Reset();
        _event.Write(_writer, Dialect);
        _writer.Flush();
        _events.Add((start.._bytes.WrittenCount, original, _event.Visitor, fault));
    }

    /// <summary>Adds something that is no event, to be rejected.</summary>
    public void AddMalformed(ReadOnlyMemory<byte> original) => _events.Add((0..0, original, null, EventReadResult.Ok));

    /// <summary>An id that two sendings of the same bytes share, for protocols that have a time but no id.</summary>
    public static string IdOf(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return Convert.ToHexStringLower(digest[..16]);
    }

    public void Dispose() => _writer.Dispose();
}
