using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>A site as written in <c>{site}.json</c>: null where the file says nothing. Schema: <c>deploy/config/site.schema.json</c>.</summary>
public sealed record SiteFile
{
    public string? Site { get; init; }
    public SiteMode? Mode { get; init; }
    public DeliveryMode? Delivery { get; init; }
    public SiteClock? Clock { get; init; }
    public ConsentRule? Consent { get; init; }
    public DoNotTrackRule? DoNotTrack { get; init; }

    /// <summary>Of <see cref="DialectNames"/>.</summary>
    public IReadOnlyList<string> ConsentGivenTo { get; init; } = [];
    public string? TimeZone { get; init; }
    public IReadOnlyList<string> Origins { get; init; } = [];
    public IReadOnlyList<SiteFileKey> Keys { get; init; } = [];
    public SiteFileSecret? Secret { get; init; }
    public SiteFilePolicy Policy { get; init; } = new();
    public IReadOnlyList<string> PagesNeverRead { get; init; } = [];
    public IReadOnlyList<string> PagesOnlyRead { get; init; } = [];
    public SiteFileEvents Events { get; init; } = new();
    public IReadOnlyList<string> PagesNeverInterrupted { get; init; } = [];

    /// <summary><c>released</c>, or a path.</summary>
    public string? PurposefulModel { get; init; }

    /// <summary><c>released</c>, <c>published-rules</c>, or a path.</summary>
    public string? FlounderingModel { get; init; }

    /// <summary><c>none</c>, <c>released</c>, or a path.</summary>
    public string? NeedModel { get; init; }
    public IReadOnlyDictionary<string, string> Copy { get; init; } = new Dictionary<string, string>();
    /// <summary>Files with the site's own words for reasons, one language each.</summary>
    public IReadOnlyList<string> ReasonsFiles { get; init; } = [];
    public IReadOnlyList<SiteArticle> Articles { get; init; } = [];

    /// <summary>A file with the articles instead of the list itself.</summary>
    public string? ArticlesFile { get; init; }
    public NoArticleRule? NoArticle { get; init; }
    public IReadOnlyList<SiteFileWebhook> Webhooks { get; init; } = [];
    public SiteFileDesk? Desk { get; init; }
    public SiteFileSignIn? SignIn { get; init; }
    public TimeSpan? Retention { get; init; }
}

/// <summary>A key as written: the hash only.</summary>
public sealed record SiteFileKey(KeyRole? Role, string? Sha256, KeySender? Sender = null, string? Agent = null);

/// <summary>The provider at which agents sign in, as written.</summary>
public sealed record SiteFileSignIn(string? Issuer, string? ClientId)
{
    public string? Scopes { get; init; }
    public string? AgentClaim { get; init; }
    public string? RoleClaim { get; init; }
    public IReadOnlyList<string> Agents { get; init; } = [];
    public IReadOnlyList<string> Supervisors { get; init; } = [];
}

/// <summary>Which events and members are taken, as written.</summary>
public sealed record SiteFileEvents
{
    public IReadOnlyList<string> OnlyTypes { get; init; } = [];
    public IReadOnlyList<string> NeverTypes { get; init; } = [];
    public IReadOnlyList<string> OnlyProperties { get; init; } = [];
    public IReadOnlyList<string> NeverProperties { get; init; } = [];
}

/// <summary>Where the site's secret is: the name of an environment variable or a file. Never the secret itself.</summary>
public sealed record SiteFileSecret(string? Env, string? File);

/// <summary>When an offer may be made, as written.</summary>
public sealed record SiteFilePolicy
{
    public string? Version { get; init; }
    public float? FlounderingThreshold { get; init; }
    public float? PurposefulThreshold { get; init; }
    public float? Holdout { get; init; }
    public TimeSpan? Lease { get; init; }
    public int? OffersPerHourMax { get; init; }
    public IReadOnlyList<OpeningHours> Hours { get; init; } = [];
    public IReadOnlyList<string> Languages { get; init; } = [];
}
