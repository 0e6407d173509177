using System.Buffers;
using System.Text;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>
/// Writes records of <see cref="Topics.Decisions"/>, every third event leaves one: byte for byte what <see cref="DecisionRecord.ToJson"/> gives, which a
/// test holds, without its garbage. What a site's records have in common is rendered once for as long as the site stays as it is. Not thread-safe.
/// </summary>
public sealed class DecisionWriter
{
    private static readonly byte[][] s_states = Utf8Text.Quoted(Enum.GetValues<VisitorState>(), Codes.Of);
    private static readonly byte[][] s_offers = Utf8Text.Quoted(Enum.GetValues<OfferStatus>(), Codes.Of);
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
        text.Add(",\"probabilities\":"u8);
        text.AddNumbers(change.Purposeful, change.Floundering);
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
            var threshold = json[json.IndexOf(",\"threshold\":"u8)..(json.IndexOf("\"reasons\":"u8) + 10)];
            var tail = json[json.IndexOf(",\"modelVersion\":"u8)..];
            return new SiteParts(name.ToArray(), threshold.ToArray(), tail.ToArray());
        }
    }
}
