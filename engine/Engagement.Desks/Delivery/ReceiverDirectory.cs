using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Outgoing;
using Engagement.Desks.Webhooks;

namespace Engagement.Desks.Delivery;

/// <summary>Who is told what, by the site files as they are now: a receiver that changes its secret or goes is another at the next try. Thread-safe.</summary>
internal sealed class ReceiverDirectory(SiteCatalogSource sites, DeskFactory desks, OutgoingClient http, AcceptedCards cards, TimeProvider time)
{
    private readonly ConcurrentDictionary<Uri, string> _names = new();

    /// <summary>Empty where the site is gone, or nobody of it asked for such notices.</summary>
    public IReadOnlyList<ReceiverKey> Hearing(Notice notice)
    {
        if (sites.Current.Find(notice.Site) is not { IsListenedTo: true } site) return [];
        var hearing = new List<ReceiverKey>();
        foreach (var webhook in site.Webhooks)
            if (webhook.Hears(notice.Type)) hearing.Add(new ReceiverKey(site.Id, NameOf(webhook)));
        if (notice.Type == NoticeType.CardAccepted && site.Desk is { Kind: not DeskKind.Hours } desk) hearing.Add(new ReceiverKey(site.Id, NameOf(desk)));
        return hearing;
    }

    /// <summary>Null where the site's file no longer names it.</summary>
    public INoticeReceiver? Find(ReceiverKey key)
    {
        if (sites.Current.Find(key.Site) is not { } site) return null;
        foreach (var webhook in site.Webhooks)
            if (NameOf(webhook) == key.Name) return new WebhookReceiver(webhook, http, cards, time);
        return site.Desk is { Kind: not DeskKind.Hours } desk && NameOf(desk) == key.Name ? new DeskReceiver(desks.Open(desk), cards) : null;
    }

    public static string NameOf(SiteDesk desk) => $"desk {desk.Kind.ToString().ToLowerInvariant()}";

    /// <summary>The host, and of the whole URL only a hash: its path may be a secret.</summary>
    private string NameOf(SiteWebhook webhook) => _names.GetOrAdd(webhook.Url, static url =>
        $"webhook {url.Host} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)).AsSpan(0, 4))}");
}
