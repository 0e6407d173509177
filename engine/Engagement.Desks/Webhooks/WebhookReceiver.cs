using System.Globalization;
using System.Net.Http.Headers;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Delivery;
using Engagement.Desks.Outgoing;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Webhooks;

/// <summary>One webhook of a site. Every try is signed anew with the time at which it is made; the id stays. Thread-safe.</summary>
internal sealed class WebhookReceiver(SiteWebhook webhook, OutgoingClient http, AcceptedCards cards, TimeProvider time) : INoticeReceiver
{
    public async ValueTask<NoticeOutcome> DeliverAsync(Notice notice, CancellationToken cancellation)
    {
        if (notice.Type is NoticeType.InvitationWithdrawn or NoticeType.InvitationIgnored && await cards.AreTakenAsync(notice, cancellation)) return NoticeOutcome.Gone;
        ReadOnlyMemory<byte> card = default;
        if (notice.Type == NoticeType.CardAccepted)
        {
            if (await cards.FindAsync(notice, cancellation) is not { } accepted) return NoticeOutcome.Gone;
            card = accepted.ToJson();
        }
        var body = WebhookBody.Compose(notice, card);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = content };
        request.Headers.Add("webhook-id", notice.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSigner.Sign(notice.Id, timestamp, body, webhook.Secrets));
        (await http.SendAsync(request, 0, cancellation)).ThrowIfRefused(webhook.Url.Host);
        return NoticeOutcome.Delivered;
    }
}
