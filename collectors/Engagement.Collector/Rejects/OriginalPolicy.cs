using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Collector.Rejects;

/// <summary>Whose a rejected event was, and whether it may be kept as it came. Stateless; not hot.</summary>
internal static class OriginalPolicy
{
    /// <summary>One of <see cref="RejectCauses"/>; null where it may be kept.</summary>
    /// <param name="site">Whose rules count.</param>
    /// <param name="key">With which it was sent.</param>
    /// <param name="signals">Of the event, as far as it was read, and its request.</param>
    /// <param name="mayKeep">As <see cref="DoorPolicy.MayKeepReject"/> says.</param>
    /// <param name="visitor">Null where nobody was found.</param>
    public static string? CauseOf(SiteModel site, SiteKey key, PrivacySignals signals, bool mayKeep, VisitorKey? visitor) =>
        !mayKeep ? RejectCauses.NotPermitted
        : key.Role == KeyRole.Replay ? RejectCauses.Replayed
        : site.ScopeOf(signals) != PrivacyScope.All ? RejectCauses.Objected
        : visitor is null ? RejectCauses.NoVisitor : null;

    /// <summary>
    /// The visitor's key: of the id that was read before the fault, else of the one that stands behind it, where so much of the event is JSON. Null where there is none.
    /// </summary>
    public static VisitorKey? VisitorOf(SiteModel site, ReadOnlySpan<byte> read, ReadOnlySpan<byte> json, Instant now)
    {
        if (!read.IsEmpty) return VisitorIdentity.KeyOf(site, read, now);
        return FindVisitor(json) is { } id ? VisitorIdentity.KeyOf(site, id, now) : null;
    }

    private static string? FindVisitor(ReadOnlySpan<byte> json)
    {
        if (json.Length > Limits.RequestBytesMax) return null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 2 * Limits.EventDepthMax });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("visitor"u8)) continue;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) return null;
                return reader.ValueSpan.Length <= Limits.VisitorIdBytesMax && reader.GetString() is { Length: > 0 } id ? id : null;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // no JSON up to there, or an id that is no text
        }
        return null;
    }
}
