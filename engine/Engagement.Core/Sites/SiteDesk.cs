using System.Collections.Immutable;
using Engagement.Core.Contracts;

namespace Engagement.Core.Sites;

/// <summary>What a site's people work with.</summary>
public enum DeskKind : byte
{
    Chatwoot = 0,
    Zendesk,
    Slack,

    /// <summary>None that could be asked: a team is there at the hours that are configured; cards go out by webhook.</summary>
    Hours,
}

/// <summary>One who is told of a site's invitations and conversations over HTTP, signed as Standard Webhooks has it. Immutable.</summary>
/// <param name="Url">Absolute; https, or http on the loopback.</param>
/// <param name="Secrets">Each signs, so that a receiver knows the old one or the new one while they change; at least one.</param>
/// <param name="Types">Empty: all.</param>
public sealed record SiteWebhook(Uri Url, ImmutableArray<SiteSecret> Secrets, ImmutableArray<NoticeType> Types)
{
    public bool Hears(NoticeType type) => Types.IsEmpty || Types.Contains(type);
}

/// <summary>The desk that a site has already: cards are handed over to it, and presence comes from it. Immutable.</summary>
public sealed record SiteDesk
{
    public required DeskKind Kind { get; init; }

    /// <summary>Where its API is; null for <see cref="DeskKind.Hours"/>.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its API token; null for <see cref="DeskKind.Hours"/>.</summary>
    public SiteSecret? Secret { get; init; }

    /// <summary>Chatwoot: number of the account.</summary>
    public long Account { get; init; }

    /// <summary>Chatwoot: number of the inbox in which conversations are made.</summary>
    public long Inbox { get; init; }

    /// <summary>Zendesk: e-mail of the user to whom the token belongs.</summary>
    public string? User { get; init; }

    /// <summary>Zendesk: number of the group to which tickets go; 0: as its triggers say.</summary>
    public long Group { get; init; }

    /// <summary>Slack: id of the channel in which cards are posted. Zendesk: the channel whose status counts, <c>messaging</c> unless said.</summary>
    public string? Channel { get; init; }

    /// <summary>Ids of the desk's own for the people who take conversations; empty: all that it lists (Slack lists none).</summary>
    public ImmutableArray<string> Agents { get; init; } = [];

    /// <summary>Conversations that each of them may have at once; with <see cref="Hours"/>, that the team may. Default 1.</summary>
    public int Capacity { get; init; } = 1;

    /// <summary>Not empty: presence is by these hours, in the site's time zone, and not asked of the desk.</summary>
    public ImmutableArray<OpeningHours> Hours { get; init; } = [];

    /// <summary>Nobody is asked whether she is there: no person may be named.</summary>
    public bool IsByHours => Kind == DeskKind.Hours || !Hours.IsEmpty;
}
