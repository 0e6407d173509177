using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>One who is to be told, as written.</summary>
/// <param name="Secret">Where the secrets are, one a line; each signs.</param>
/// <param name="Events">Names of <see cref="Core.Contracts.NoticeTypes"/>; empty: all.</param>
public sealed record SiteFileWebhook(string? Url, SiteFileSecret? Secret, IReadOnlyList<string> Events);

/// <summary>The desk that a site has already, as written; null or empty where the file says nothing.</summary>
public sealed record SiteFileDesk
{
    public DeskKind? Kind { get; init; }
    public string? Url { get; init; }
    public SiteFileSecret? Secret { get; init; }
    public int? Account { get; init; }
    public int? Inbox { get; init; }
    public string? User { get; init; }
    public string? Group { get; init; }
    public string? Channel { get; init; }
    public IReadOnlyList<string> Agents { get; init; } = [];
    public int? Capacity { get; init; }
    public IReadOnlyList<OpeningHours> Hours { get; init; } = [];
}
