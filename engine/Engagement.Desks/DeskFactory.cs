using System.Runtime.CompilerServices;
using Engagement.Core.Sites;
using Engagement.Desks.Chatwoot;
using Engagement.Desks.Outgoing;
using Engagement.Desks.Slack;
using Engagement.Desks.Zendesk;

namespace Engagement.Desks;

/// <summary>Opens the adapter that a site's file asks for; one for each desk as configured. Thread-safe.</summary>
internal sealed class DeskFactory(OutgoingClient http)
{
    private readonly ConditionalWeakTable<SiteDesk, IDesk> _open = new();

    /// <summary>Throws <see cref="ArgumentException"/> for hours, which are no desk to be asked.</summary>
    public IDesk Open(SiteDesk desk) => _open.GetValue(desk, d => d.Kind switch
    {
        DeskKind.Chatwoot => new ChatwootDesk(d, http),
        DeskKind.Zendesk => new ZendeskDesk(d, http),
        DeskKind.Slack => new SlackDesk(d, http),
        _ => throw new ArgumentException($"a desk of kind {d.Kind} has no API", nameof(desk)),
    });
}
