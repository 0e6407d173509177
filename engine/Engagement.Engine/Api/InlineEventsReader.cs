using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Engagement.Engine.Api;

/// <summary>A question with the session's events, read: whose, and the events as records of the log; or the problem that answers it.</summary>
internal sealed record AskedInvitation(KnownVisitor Visitor, List<LogAppend> Records, string? Language, IResult? Problem);

/// <summary>
/// Reads <see cref="InvitationBody"/>. Events pass the collector's own reader and writer: same rules, same masking, same limits. What a visitor has not
/// agreed to, or objects to, is refused here as it is at the collector's door.
/// </summary>
internal static class InlineEventsReader
{
    public static AskedInvitation Read(ReadOnlyMemory<byte> body, SiteModel site, Instant now)
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
        if (string.IsNullOrEmpty(asked.Visitor) || Encoding.UTF8.GetByteCount(asked.Visitor) > Limits.VisitorIdBytesMax)
            return Refuse(Problems.Invalid("visitor", $"1 to {Limits.VisitorIdBytesMax} bytes"));
        if (asked.Events is { Length: > Limits.SessionEventsMax }) return Refuse(Problems.Invalid("events", $"{Limits.SessionEventsMax} at most"));

        var known = KnownVisitor.Of(site, asked.Visitor, now);
        var records = new List<LogAppend>();
        var problem = asked.Events is null ? null : ReadEvents(asked.Events, known, now, records);
        return new AskedInvitation(known, records, asked.Language, problem);
    }

    private static ProblemHttpResult? ReadEvents(JsonElement[] events, KnownVisitor known, Instant now, List<LogAppend> records)
    {
        var (reader, writer) = (new VisitorEventReader(), new CanonicalEventWriter());
        var (siteId, key) = (Encoding.UTF8.GetBytes(known.Site.Id), OutcomeWriter.KeyOf(known.Site.Id, known.Key));
        for (var i = 0; i < events.Length; i++)
        {
            var json = WithVisitor(events[i], known.Id);
            if (json is null) return Problems.Invalid($"events[{i}]", "an event object of this visitor");
            var read = reader.ReadClient(json, out var e);
            if (!read.IsOk) return Problems.Invalid(read.Field is null ? $"events[{i}]" : $"events[{i}].{read.Field}", CodeNames.Of(read.Error));
            if (!IsAllowed(known.Site, e.Privacy)) return Problems.Forbidden($"events[{i}]: the visitor has not agreed (privacy.consent), or objects.");
            if (!writer.TryWrite(json, e, new RecordStamp(siteId, known.Key, now, e.Privacy), out var record))
                return Problems.Invalid($"events[{i}]", $"{Limits.EventBytesMax} bytes at most");
            records.Add(new LogAppend(key, record.ToArray()));
        }
        return null;
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

    private static AskedInvitation Refuse(IResult problem) => new(null!, [], null, problem);
}
