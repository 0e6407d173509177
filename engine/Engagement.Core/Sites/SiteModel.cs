using System.Collections.Immutable;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Needs;
using Engagement.Core.Scoring;

namespace Engagement.Core.Sites;

public enum SiteMode : byte
{
    /// <summary>Nothing is decided; open offers are withdrawn.</summary>
    Off = 0,

    /// <summary>Decide and log, show nothing: where a new site starts.</summary>
    Observe,
    Live,
}

/// <summary>How invitations reach the visitor: pushed to the page's stream, or asked for by the site's own server.</summary>
public enum DeliveryMode : byte { Stream = 0, Api }

public enum ConsentRule : byte { Required = 0, NotRequired }

public enum DoNotTrackRule : byte { Honour = 0, Ignore }

/// <summary>Whether a card says that no article of the site seems to answer; it is read from titles alone and often wrong.</summary>
public enum NoArticleRule : byte { Silent = 0, Said }

/// <summary>Whose clock a site lives by.</summary>
public enum SiteClock : byte
{
    /// <summary>The collector's.</summary>
    Wall = 0,

    /// <summary>The log's: for replay of recorded events by a key entitled to set <c>receivedAt</c>.</summary>
    Log,
}

/// <summary>What a key may do.</summary>
public enum KeyRole : byte
{
    /// <summary>Send events. May stand in a page (publishable).</summary>
    Write = 0,

    /// <summary>Ask should-engage, make invitations, erase. Server side only.</summary>
    Api,

    /// <summary>Presence, cards and claims.</summary>
    Agent,

    /// <summary>Send events with their own <c>receivedAt</c> to a site whose clock is the log's.</summary>
    Replay,

    /// <summary>All that <see cref="Agent"/> may, and of other agents: see what each has, pause her, hand over or end what she holds. Not: read along.</summary>
    Supervisor,
}

/// <summary>A credential as configured: SHA-256 of the key, never the key. Two of a role may be valid at a time.</summary>
public sealed record SiteKey(KeyRole Role, ImmutableArray<byte> Sha256, bool IsDemo)
{
    /// <summary>Who sends under it. Default: visitors' browsers.</summary>
    public KeySender Sender { get; init; }

    /// <summary>Of the roles <see cref="KeyRole.Agent"/> and <see cref="KeyRole.Supervisor"/>: the one agent for whom it speaks. Null: for whoever is named beside it.</summary>
    public string? Agent { get; init; }

    /// <summary>Whether it does for a call that asks for this role.</summary>
    public bool Has(KeyRole role) => Role == role || role == KeyRole.Agent && Role == KeyRole.Supervisor;

    public bool SpeaksFor(string agent) => Agent is null || Agent == agent;
}

/// <summary>Who sends events under a write key.</summary>
public enum KeySender : byte
{
    /// <summary>Visitors' own browsers: addresses and user agents are theirs.</summary>
    Browser = 0,

    /// <summary>The site's server, for many visitors: its address and its user agent say nothing of them, and are not looked at.</summary>
    Server,
}

/// <summary>Opening hours of one weekday in the site's time zone; <paramref name="To"/> is exclusive and after <paramref name="From"/>.</summary>
public readonly record struct OpeningHours(DayOfWeek Day, TimeOnly From, TimeOnly To);

/// <summary>When an offer may be made. Shares and probabilities 0 to 1.</summary>
public sealed record SitePolicy
{
    public string Version { get; init; } = "default";

    /// <summary>Smallest calibrated probability of floundering for an offer. Default 0.5.</summary>
    public float FlounderingThreshold { get; init; } = 0.5f;

    /// <summary>Smallest calibrated probability of purchase, beside evidence of hesitation, for an offer. Default 0.25.</summary>
    public float PurposefulThreshold { get; init; } = 0.25f;

    /// <summary>Share of the sessions to be offered that are held out, by a hash of the session. Default 0.05.</summary>
    public float HoldoutShare { get; init; } = 0.05f;

    /// <summary>How long an offer holds an agent's slot, 10 s to 5 min. Default <see cref="Limits.LeaseDefault"/>.</summary>
    public TimeSpan Lease { get; init; } = Limits.LeaseDefault;

    /// <summary>Offers of the whole site in a rolling hour. Default 600.</summary>
    public int OffersPerHourMax { get; init; } = 600;

    /// <summary>Empty: always open.</summary>
    public ImmutableArray<OpeningHours> Hours { get; init; } = [];

    /// <summary>Language tags served, lower case, primary subtag only; empty: all.</summary>
    public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>Path prefixes on which nobody is interrupted (such as <c>/checkout/payment</c>).</summary>
    public ImmutableArray<string> PagesNeverInterrupted { get; init; } = [];
}

/// <summary>A site as built from its file: immutable, swapped whole. A reader takes one snapshot per event.</summary>
public sealed class SiteModel
{
    public required string Id { get; init; }
    public required SiteMode Mode { get; init; }
    public DeliveryMode Delivery { get; init; }
    public SiteClock Clock { get; init; }
    public ConsentRule Consent { get; init; }
    public DoNotTrackRule DoNotTrack { get; init; }

    /// <summary>Dialects whose tracker, the site states, sends nothing before the visitor has consented: their events count as sent with consent. Default none.</summary>
    public ImmutableArray<string> ConsentGivenTo { get; init; } = [];
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Origins of pages, such as <c>https://shop.example</c>; empty: any (write key) and none (minting of visitors).</summary>
    public ImmutableArray<string> Origins { get; init; } = [];
    public ImmutableArray<SiteKey> Keys { get; init; } = [];

    /// <summary>Path prefixes of pages never read: their events are refused at the door.</summary>
    public ImmutableArray<string> PagesNeverRead { get; init; } = [];

    /// <summary>Path prefixes of the only pages that are read; events of no page are taken. Empty: all but <see cref="PagesNeverRead"/>.</summary>
    public ImmutableArray<string> PagesOnlyRead { get; init; } = [];

    /// <summary>Which events, and which of their members, are taken.</summary>
    public DoorLists Door { get; init; } = DoorLists.All;
    public SitePolicy Policy { get; init; } = new();

    /// <summary>Null when the model could not be loaded: blocker <see cref="Blockers.ModelUnavailable"/>.</summary>
    public IPropensityModel? Purposeful { get; init; }

    /// <summary>Null when the model could not be loaded.</summary>
    public IPropensityModel? Floundering { get; init; }

    /// <summary>Reads what a search asks for; null where the site names no such model: then searches' own words stand for the need.</summary>
    public NeedModel? Need { get; init; }

    /// <summary>Invitation copy by state and language (<c>floundering.en</c>); missing falls back to the built-in words.</summary>
    public ImmutableDictionary<string, string> Copy { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Reasons in words: the product's own unless the site has others.</summary>
    public ReasonWords ReasonWords { get; init; } = ReasonWords.Shipped;

    /// <summary>Articles that may be suggested: id, title, url.</summary>
    public ImmutableArray<SiteArticle> Articles { get; init; } = [];

    /// <summary>Default: silent.</summary>
    public NoArticleRule NoArticle { get; init; }

    /// <summary>Secret of the site for visitor keys and tokens; at least 32 bytes. Never logged, never serialised.</summary>
    public required SiteSecret Secret { get; init; }
    public TimeSpan Retention { get; init; } = Limits.RetentionDefault;

    /// <summary>Who is told of invitations and conversations.</summary>
    public ImmutableArray<SiteWebhook> Webhooks { get; init; } = [];

    /// <summary>Where its agents sign in besides their keys; null: nowhere.</summary>
    public SiteSignIn? SignIn { get; init; }

    /// <summary>The desk that the site has already; null: none.</summary>
    public SiteDesk? Desk { get; init; }

    /// <summary>Somebody is to be told of invitations and conversations; never of those of a site that is replayed.</summary>
    public bool IsListenedTo => Clock == SiteClock.Wall && (!Webhooks.IsEmpty || Desk is { Kind: not DeskKind.Hours });

    private VisitorDayKey? _dayKey;

    /// <summary>The day's key for visitors, kept until the day is over: deriving it costs ten times what it is used for. Thread-safe.</summary>
    internal VisitorDayKey DayKeyAt(Instant at)
    {
        var key = Volatile.Read(ref _dayKey);
        if (key is not null && key.Holds(at)) return key;
        key = VisitorDayKey.Of(this, at);
        Volatile.Write(ref _dayKey, key);
        return key;
    }

    /// <summary>What a session may be used for under this site's rules and the signals of its events.</summary>
    public PrivacyScope ScopeOf(PrivacySignals signals)
    {
        if ((signals & (PrivacySignals.ConsentRefused | PrivacySignals.NotHuman)) != 0) return PrivacyScope.None;
        if ((signals & PrivacySignals.DoNotTrack) != 0 && DoNotTrack == DoNotTrackRule.Honour) return PrivacyScope.None;
        return (signals & PrivacySignals.GlobalPrivacyControl) != 0 ? PrivacyScope.Score : PrivacyScope.All;
    }
}

/// <summary>An article of the site's help centre that may be suggested.</summary>
public sealed record SiteArticle(string Id, string Title, string Url);

/// <summary>A site's secret. <see cref="object.ToString"/> does not show it.</summary>
public sealed class SiteSecret(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlySpan<byte> Bytes => bytes.Span;
    public override string ToString() => "SiteSecret(hidden)";
}
