using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>
/// Writes records of <see cref="Topics.Decisions"/>, every third event leaves one: byte for byte what <see cref="DecisionRecord.ToJson"/> gives, which a
/// test holds, without its garbage. What a site's records have in common is rendered once for as long as the site stays as it is. Not thread-safe.
/// </summary>
public sealed class DecisionWriter
{
    private static readonly byte[][] s_states = Quoted(Enum.GetValues<VisitorState>(), Codes.Of);
    private static readonly byte[][] s_offers = Quoted(Enum.GetValues<OfferStatus>(), Codes.Of);
    private static readonly byte[][] s_reasons = QuotedBits(bit => (Reasons)bit, Codes.Of);
    private static readonly byte[][] s_blockers = QuotedBits(bit => (Blockers)bit, Codes.Of);
    private readonly Dictionary<SiteModel, SiteParts> _sites = new(ReferenceEqualityComparer.Instance);

    /// <summary>Room that any record fits in, but for the names of its site, models and policy.</summary>
    private const int BytesMax = 4_096;

    /// <summary>Appends one record's JSON; returns its length in bytes.</summary>
    public int Write(in DecisionChange change, SiteModel site, long epoch, IBufferWriter<byte> output)
    {
        var parts = PartsOf(site);
        var room = output.GetSpan(BytesMax + parts.Length);
        var text = new Utf8Text(room);
        text.Add("{\"v\":1,\"id\":\"d_"u8);
        text.AddHex(change.Id.Session.High, change.Id.Session.Low);
        text.Add("_"u8);
        text.Add(change.Id.Step);
        text.Add("\",\"epoch\":"u8);
        text.Add(epoch);
        text.Add(",\"site\":"u8);
        text.Add(parts.Name);
        text.Add(",\"visitor\":\""u8);
        text.AddHex(change.Visitor.High, change.Visitor.Low);
        text.Add("\",\"at\":\""u8);
        text.Add(change.At);
        text.Add(change.ByTimer ? "\",\"byTimer\":true,\"state\":"u8 : "\",\"byTimer\":false,\"state\":"u8);
        text.Add(s_states[(int)change.State]);
        text.Add(",\"probabilities\":{"u8);
        var hasPurposeful = text.TryAdd("\"purposeful\":"u8, change.Purposeful);
        if (hasPurposeful && float.IsFinite(change.Floundering)) text.Add(","u8);
        text.TryAdd("\"floundering\":"u8, change.Floundering);
        text.Add(parts.Threshold);
        text.AddList((uint)change.Reasons, s_reasons);
        text.Add(",\"blockers\":"u8);
        text.AddList((uint)change.Blockers, s_blockers);
        text.Add(",\"offerStatus\":"u8);
        text.Add(s_offers[(int)change.Offer]);
        if (change.OfferOrdinal > 0)
        {
            text.Add(",\"offer\":\"o_"u8);
            text.AddHex(change.Id.Session.High, change.Id.Session.Low);
            text.Add("_"u8);
            text.Add(change.OfferOrdinal);
            text.Add("\""u8);
        }
        text.Add(parts.Tail);
        output.Advance(text.Length);
        return text.Length;
    }

    private SiteParts PartsOf(SiteModel site)
    {
        if (_sites.TryGetValue(site, out var parts)) return parts;
        // Sites that were swapped out are not kept.
        if (_sites.Count >= 64) _sites.Clear();
        return _sites[site] = SiteParts.Of(site);
    }

    private static byte[][] Quoted<T>(T[] values, Func<T, string> code) => [.. values.Select(v => Encoding.UTF8.GetBytes($"\"{code(v)}\""))];

    private static byte[][] QuotedBits<T>(Func<uint, T> flag, Func<T, string> code) =>
        [.. Enumerable.Range(0, 32).Select(bit => Encoding.UTF8.GetBytes($"\"{code(flag(1u << bit))}\""))];

    /// <summary>What does not change from one record of a site to the next, cut out of a record that the serializer wrote.</summary>
    private sealed record SiteParts(byte[] Name, byte[] Threshold, byte[] Tail)
    {
        public int Length => Name.Length + Threshold.Length + Tail.Length;

        public static SiteParts Of(SiteModel site)
        {
            var json = DecisionRecord.From(new DecisionChange { Site = site.Id }, site, epoch: 0).ToJson().AsSpan();
            var name = json[(json.IndexOf("\"site\":"u8) + 7)..json.IndexOf(",\"visitor\":"u8)];
            var threshold = json[json.IndexOf("},\"threshold\":"u8)..(json.IndexOf("\"reasons\":"u8) + 10)];
            var tail = json[json.IndexOf(",\"modelVersion\":"u8)..];
            return new SiteParts(name.ToArray(), threshold.ToArray(), tail.ToArray());
        }
    }

    /// <summary>Text that grows in a span which is known to be long enough.</summary>
    private ref struct Utf8Text(Span<byte> room)
    {
        private readonly Span<byte> _room = room;

        public int Length { get; private set; }

        public void Add(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_room[Length..]);
            Length += text.Length;
        }

        public void Add(long number)
        {
            Utf8Formatter.TryFormat(number, _room[Length..], out var written);
            Length += written;
        }

        public void AddHex(ulong high, ulong low)
        {
            Identifiers.TryWriteHex(high, low, _room[Length..]);
            Length += 32;
        }

        public void Add(Instant at)
        {
            at.Write(_room[Length..]);
            Length += Instant.TextBytes;
        }

        /// <summary>False, and nothing written, where there is no number.</summary>
        public bool TryAdd(ReadOnlySpan<byte> name, float value)
        {
            if (Numbers.OrNull(value) is not { } number) return false;
            Add(name);
            number.TryFormat(_room[Length..], out var written, default, CultureInfo.InvariantCulture);
            Length += written;
            return true;
        }

        public void AddList(uint flags, byte[][] codes)
        {
            Add("["u8);
            for (var rest = flags; rest != 0; rest &= rest - 1)
            {
                if (rest != flags) Add(","u8);
                Add(codes[BitOperations.TrailingZeroCount(rest)]);
            }
            Add("]"u8);
        }
    }
}
