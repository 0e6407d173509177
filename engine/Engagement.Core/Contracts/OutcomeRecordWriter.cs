using System.Buffers;
using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>
/// Writes records of <see cref="Topics.Outcomes"/>, one for each session that ends: byte for byte what <see cref="OutcomeRecord.ToJson"/> gives, which a
/// test holds, without its garbage. What a site's records have in common is rendered once for as long as the site stays as it is. Not thread-safe.
/// </summary>
public sealed class OutcomeRecordWriter
{
    private static readonly byte[][] s_states = Utf8Text.Quoted(Enum.GetValues<VisitorState>(), Codes.Of);
    private static readonly byte[][] s_offers = Utf8Text.Quoted(Enum.GetValues<OfferStatus>(), Codes.Of);
    private static readonly byte[][] s_causes = Utf8Text.Quoted(Enum.GetValues<SessionEnd>(), c => JsonNamingPolicy.SnakeCaseLower.ConvertName(c.ToString()));
    private readonly Dictionary<SiteModel, SiteParts> _sites = new(ReferenceEqualityComparer.Instance);

    /// <summary>Room for all but the features and the names of site, models and policy.</summary>
    private const int BytesMax = 1_024;

    /// <summary>Of one number and its comma.</summary>
    private const int NumberBytesMax = 24;

    /// <summary>Appends one record's JSON; returns its length in bytes, 0 where no row may be kept.</summary>
    /// <param name="drawn">Row of the drawn event; empty without one.</param>
    public int Write(in SessionClosed closed, ReadOnlySpan<float> features, ReadOnlySpan<float> drawn, SiteModel site, IBufferWriter<byte> output)
    {
        if (!OutcomeRecord.IsKept(closed)) return 0;
        var parts = PartsOf(site);
        var text = new Utf8Text(output.GetSpan(BytesMax + parts.Length + (features.Length + drawn.Length) * NumberBytesMax));
        text.Add("{\"v\":1,\"id\":\""u8);
        text.AddHex(OutcomeRecord.DelinkedId(closed.Session, site.Secret));
        text.Add(parts.Name);
        text.Add(OutcomeRecord.HourOf(closed.StartedAt));
        text.Add("\",\"durationSeconds\":"u8);
        text.Add(OutcomeRecord.SecondsOf(closed));
        text.Add(",\"events\":"u8);
        text.Add((long)closed.Events);
        text.Add(",\"state\":"u8);
        text.Add(s_states[(int)closed.State]);
        text.Add(",\"peakState\":"u8);
        text.Add(s_states[(int)closed.PeakState]);
        text.Add(",\"offer\":"u8);
        text.Add(s_offers[(int)closed.Offer]);
        text.Add(",\"offersMade\":"u8);
        text.Add((long)closed.OffersMade);
        text.Add(",\"orders\":"u8);
        text.Add((long)closed.Orders);
        text.Add(",\"probabilities\":"u8);
        text.AddNumbers(closed.Purposeful, closed.Floundering);
        text.Add(",\"cause\":"u8);
        text.Add(s_causes[(int)closed.Cause]);
        text.Add(parts.Tail);
        AddRow(ref text, features);
        if (!drawn.IsEmpty) AddDrawn(ref text, closed, drawn);
        text.Add("}"u8);
        output.Advance(text.Length);
        return text.Length;
    }

    private static void AddDrawn(ref Utf8Text text, in SessionClosed closed, ReadOnlySpan<float> drawn)
    {
        text.Add(",\"drawn\":{\"event\":"u8);
        text.Add((long)closed.DrawnEvent);
        text.Add(",\"of\":"u8);
        text.Add((long)closed.DrawnOf);
        text.Add(",\"features\":"u8);
        AddRow(ref text, drawn);
        text.Add("}"u8);
    }

    private static void AddRow(ref Utf8Text text, ReadOnlySpan<float> features)
    {
        text.Add("["u8);
        for (var i = 0; i < features.Length; i++)
        {
            if (i > 0) text.Add(","u8);
            text.Add(features[i]);
        }
        text.Add("]"u8);
    }

    private SiteParts PartsOf(SiteModel site)
    {
        if (_sites.TryGetValue(site, out var parts)) return parts;
        // Sites that were swapped out are not kept.
        if (_sites.Count >= 64) _sites.Clear();
        return _sites[site] = SiteParts.Of(site);
    }

    /// <summary>What does not change from one record of a site to the next, cut out of a record that the serializer wrote.</summary>
    private sealed record SiteParts(byte[] Name, byte[] Tail)
    {
        public int Length => Name.Length + Tail.Length;

        public static SiteParts Of(SiteModel site)
        {
            var empty = new SessionClosed { Site = site.Id, Privacy = PrivacyScope.Train, StartedAt = Instant.FromUnixMs(0) };
            var json = OutcomeRecord.From(empty, [], site)!.ToJson().AsSpan();
            var name = json[json.IndexOf("\",\"site\":"u8)..(json.IndexOf("\"hour\":\""u8) + 8)];
            var tail = json[json.IndexOf(",\"modelVersion\":"u8)..(json.LastIndexOf("\"features\":"u8) + 11)];
            return new SiteParts(name.ToArray(), tail.ToArray());
        }
    }
}
