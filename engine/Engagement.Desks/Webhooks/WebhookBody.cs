using System.Text.Json;
using Engagement.Core.Contracts;

namespace Engagement.Desks.Webhooks;

/// <summary>A notice as a webhook's body: <c>{type, timestamp, data}</c>. The same bytes for the same notice and card. Pure, thread-safe.</summary>
internal static class WebhookBody
{
    /// <param name="card">JSON of the full card as the visitor left it; empty for notices without one.</param>
    public static byte[] Compose(Notice notice, ReadOnlyMemory<byte> card)
    {
        using var stream = new MemoryStream(512 + card.Length);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, NoticeTypes.NameOf(notice.Type));
            writer.WriteString("timestamp"u8, notice.At.ToString());
            writer.WriteStartObject("data"u8);
            writer.WriteString("site"u8, notice.Site);
            writer.WriteString("offer"u8, notice.Offer);
            if (notice.Agent is { } agent) writer.WriteString("agent"u8, agent);
            if (notice.Cause is { } cause) writer.WriteString("cause"u8, cause);
            if (!card.IsEmpty)
            {
                writer.WritePropertyName("card"u8);
                writer.WriteRawValue(card.Span);
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
