using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>A question with the session's events, read: whose, the events as sent and as records of the log; or the problem that answers it.</summary>
/// <param name="HasAgreed">False when an event was left out because the visitor has not agreed, or objects.</param>
internal sealed record AskedInvitation(
    KnownVisitor Visitor, List<ReadOnlyMemory<byte>> Events, List<LogAppend> Records, bool HasAgreed, string? Language, IResult? Problem);

/// <summary>
/// Reads <see cref="InvitationBody"/>. Events pass the collector's own reader and writer: same rules, same masking, same limits. What a visitor has not
/// agreed to, or objects to, and pages never read are left out here as they are at the collector's door.
/// </summary>
internal static class InlineEventsReader
{
    /// <summary>Stands for a visitor that a question does not name: nothing of it is kept.</summary>
    private const string Unnamed = "unnamed";

    /// <param name="needsVisitor">False for a question that changes nothing.</param>
    public static AskedInvitation Read(ReadOnlyMemory<byte> body, SiteModel site, Instant now, bool needsVisitor)
    {
        InvitationBody? asked;
        try
        {
            asked = JsonSerializer.Deserialize(body.Span, ApiJson.Default.InvitationBody);
        }
        catch (JsonException e)
        {
            return Refuse(Bodies.FromJson(e));
        }
        if (asked is null) return Refuse(Problems.Malformed("An object is expected."));
        if (asked.Site is not null && asked.Site != site.Id) return Refuse(Problems.Forbidden("The key belongs to another site."));
        var visitor = asked.Visitor ?? (needsVisitor ? "" : Unnamed);
        if (visitor.Length == 0 || Encoding.UTF8.GetByteCount(visitor) > Limits.VisitorIdBytesMax)
            return Refuse(Problems.Invalid("visitor", $"1 to {Limits.VisitorIdBytesMax} bytes"));
        if (asked.Events is { Length: > Limits.SessionEventsMax }) return Refuse(Problems.Invalid("events", $"{Limits.SessionEventsMax} at most"));

        var read = new AskedInvitation(KnownVisitor.Of(site, visitor, now), [], [], true, asked.Language, null);
        return asked.Events is null ? read : ReadEvents(asked.Events, read, now);
    }

    private static AskedInvitation ReadEvents(JsonElement[] events, AskedInvitation asked, Instant now)
    {
        var (reader, writer, known) = (new VisitorEventReader(), new CanonicalEventWriter(), asked.Visitor);
        var (siteId, key) = (Encoding.UTF8.GetBytes(known.Site.Id), RecordKeys.Of(known.Site.Id, known.Key));
        for (var i = 0; i < events.Length; i++)
        {
            var json = WithVisitor(events[i], known.Id);
            if (json is null) return Refuse(Problems.Invalid($"events[{i}]", "an event object of this visitor"));
            var read = reader.ReadClient(json, out var e);
            if (!read.IsOk) return Refuse(Problems.Invalid(read.Field is null ? $"events[{i}]" : $"events[{i}].{read.Field}", CodeNames.Of(read.Error)));
            if (!IsAllowed(known.Site, e.Privacy))
            {
                asked = asked with { HasAgreed = false };
                continue;
            }
            if (IsNeverRead(known.Site, e.PageUrl)) continue;
            if (!writer.TryWrite(json, e, new RecordStamp(siteId, known.Key, now, e.Privacy), out var record))
                return Refuse(Problems.Invalid($"events[{i}]", $"{Limits.EventBytesMax} bytes at most"));
            asked.Events.Add(json);
            asked.Records.Add(new LogAppend(key, record.ToArray()));
        }
        return asked;
    }

    /// <summary>The event as sent, with the question's visitor where it names none; null for another's, or for what is no object.</summary>
    private static byte[]? WithVisitor(JsonElement e, string visitor)
    {
        if (e.ValueKind != JsonValueKind.Object) return null;
        if (e.TryGetProperty("visitor"u8, out var own))
            return own.ValueKind == JsonValueKind.String && own.ValueEquals(visitor) ? Encoding.UTF8.GetBytes(e.GetRawText()) : null;
        return RawJson.Write(writer =>
        {
            writer.WriteString("visitor"u8, visitor);
            foreach (var member in e.EnumerateObject()) member.WriteTo(writer);
        }).ToArray();
    }

    private static bool IsAllowed(SiteModel site, PrivacySignals signals) =>
        (signals & PrivacySignals.ConsentRefused) == 0
        && (site.Consent == ConsentRule.NotRequired || (signals & PrivacySignals.ConsentGiven) != 0);

    private static bool IsNeverRead(SiteModel site, ReadOnlySpan<byte> url)
    {
        if (site.PagesNeverRead.IsEmpty || !Uri.TryCreate(Encoding.UTF8.GetString(url), UriKind.RelativeOrAbsolute, out var uri)) return false;
        var path = uri.IsAbsoluteUri ? uri.AbsolutePath : uri.OriginalString;
        return site.PagesNeverRead.Any(prefix => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }

    private static AskedInvitation Refuse(IResult problem) => new(null!, [], [], true, null, problem);
}
