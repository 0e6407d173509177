using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>
/// Reads <c>{site}.json</c> (comments and trailing commas allowed) into a <see cref="SiteFile"/>: shape and ranges of single values. Whatever is
/// wrong is gathered, all at once; <see cref="SiteValidator"/> then looks at how the values stand together.
/// </summary>
public static class SiteFileReader
{
    /// <summary>Two for each of a hundred agents, and those of the other roles.</summary>
    private const int KeysMax = 256;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 16,
    };

    /// <summary>Null only when the text is no JSON object; otherwise what could be read, with the errors beside it.</summary>
    public static SiteFile? Read(ReadOnlyMemory<byte> utf8, string fileName, List<SiteConfigError> errors)
    {
        // A byte order mark is an editor's, not an error.
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return Read(new SiteSectionReader(document.RootElement, "$", fileName, errors));
        }
        catch (JsonException exception)
        {
            errors.Add(new SiteConfigError(fileName, "$", $"is not JSON: {exception.Message}"));
            return null;
        }
    }

    private static SiteFile Read(SiteSectionReader root)
    {
        root.Allow("$schema");
        var signals = root.Section("signals");
        var pages = root.Section("pages");
        var models = root.Section("models");
        var card = root.Section("card");
        var secret = root.Section("secret");
        var articlesAreInFile = root.Has("articlesFile");
        var file = new SiteFile
        {
            Site = root.Text("site", Limits.SiteIdBytesMax, required: true),
            Mode = root.Word<SiteMode>("mode"),
            Delivery = root.Word<DeliveryMode>("delivery"),
            Clock = root.Word<SiteClock>("clock"),
            Consent = root.Word<ConsentRule>("consent"),
            DoNotTrack = signals?.Word<DoNotTrackRule>("doNotTrack"),
            ConsentGivenTo = signals?.Texts("consentGivenTo") ?? [],
            TimeZone = root.Text("timeZone"),
            Origins = root.Texts("origins", 100),
            Keys = ReadKeys(root),
            Secret = secret is null ? null : new SiteFileSecret(secret.Text("env"), secret.Text("file", 1_024)),
            Policy = root.Section("policy") is { } policy ? ReadPolicy(policy) : new SiteFilePolicy(),
            PagesNeverRead = pages?.Texts("neverRead") ?? [],
            PagesOnlyRead = pages?.Texts("onlyRead") ?? [],
            Events = root.Section("events") is { } events ? ReadEvents(events) : new SiteFileEvents(),
            PagesNeverInterrupted = pages?.Texts("neverInterrupted") ?? [],
            PurposefulModel = models?.Text("purposeful", 1_024),
            FlounderingModel = models?.Text("floundering", 1_024),
            NeedModel = models?.Text("need", 1_024),
            Copy = root.Section("copy")?.TextMap() ?? [],
            ReasonsFiles = root.Texts("reasonsFiles", 4, 1_024),
            Articles = articlesAreInFile ? [] : ReadArticles(root),
            ArticlesFile = root.Text("articlesFile", 1_024),
            Webhooks = SiteDeskReader.ReadWebhooks(root),
            Desk = SiteDeskReader.ReadDesk(root),
            SignIn = root.Section("signIn") is { } signIn ? ReadSignIn(signIn) : null,
            NoArticle = card?.Word<NoArticleRule>("noArticle"),
            Retention = root.Duration("retention", TimeSpan.FromHours(1), TimeSpan.FromDays(30)),
        };
        foreach (var section in new[] { signals, pages, models, card, secret, root }) section?.Finish();
        return file;
    }

    /// <summary>Reads a file that holds a list of articles and nothing else.</summary>
    public static IReadOnlyList<SiteArticle> ReadArticles(ReadOnlyMemory<byte> utf8, string fileName, List<SiteConfigError> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            var root = new SiteSectionReader(document.RootElement, "$", fileName, errors);
            root.Allow("$schema");
            var articles = ReadArticles(root);
            root.Finish();
            return articles;
        }
        catch (JsonException exception)
        {
            errors.Add(new SiteConfigError(fileName, "$", $"is not JSON: {exception.Message}"));
            return [];
        }
    }

    private static List<SiteFileKey> ReadKeys(SiteSectionReader root)
    {
        var keys = new List<SiteFileKey>();
        foreach (var section in root.Sections("keys", KeysMax))
        {
            keys.Add(new SiteFileKey(
                section.Word<KeyRole>("role", required: true), section.Text("sha256", 64, required: true), section.Word<KeySender>("sender"), section.Text("agent", 64)));
            section.Finish();
        }
        return keys;
    }

    private static SiteFileSignIn ReadSignIn(SiteSectionReader section)
    {
        var signIn = new SiteFileSignIn(section.Text("issuer", 512, required: true), section.Text("clientId", 256, required: true))
        {
            Scopes = section.Text("scopes"),
            AgentClaim = section.Text("agentClaim", 128),
            RoleClaim = section.Text("roleClaim", 128),
            Agents = section.Texts("agents", 100, 256),
            Supervisors = section.Texts("supervisors", 100, 256),
        };
        section.Finish();
        return signIn;
    }

    private static SiteFileEvents ReadEvents(SiteSectionReader section)
    {
        var events = new SiteFileEvents
        {
            OnlyTypes = section.Texts("onlyTypes", 100, 64),
            NeverTypes = section.Texts("neverTypes", 100, 64),
            OnlyProperties = section.Texts("onlyProperties", 100, 128),
            NeverProperties = section.Texts("neverProperties", 100, 128),
        };
        section.Finish();
        return events;
    }

    private static SiteFilePolicy ReadPolicy(SiteSectionReader section)
    {
        var thresholds = section.Section("thresholds");
        var policy = new SiteFilePolicy
        {
            Version = section.Text("version", 64),
            FlounderingThreshold = thresholds?.Share("floundering"),
            PurposefulThreshold = thresholds?.Share("purposeful"),
            Holdout = section.Share("holdout"),
            Lease = section.Duration("lease", TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5)),
            OffersPerHourMax = section.Whole("offersPerHourMax", 0, 1_000_000),
            Hours = ReadHours(section),
            Languages = section.Texts("languages", 100, 8),
        };
        thresholds?.Finish();
        section.Finish();
        return policy;
    }

    internal static List<OpeningHours> ReadHours(SiteSectionReader policy)
    {
        var hours = new List<OpeningHours>();
        foreach (var section in policy.Sections("hours", 50))
        {
            var days = section.WordList<DayOfWeek>("days");
            var (from, to) = (ReadTime(section, "from"), ReadTime(section, "to"));
            if (from is { } opens && to is { } closes) hours.AddRange(days.Select(day => new OpeningHours(day, opens, closes)));
            section.Finish();
        }
        return hours;
    }

    private static TimeOnly? ReadTime(SiteSectionReader section, string name)
    {
        if (section.Text(name, required: true) is not { } text) return null;
        // 24:00 is how people write the end of a day; the last minute stands for it.
        if (text == "24:00") return TimeOnly.MaxValue;
        if (TimeOnly.TryParseExact(text, "HH:mm", out var time)) return time;
        section.Error(section.At(name), $"is \"{text}\"; allowed: a time such as \"09:00\", or \"24:00\"");
        return null;
    }

    private static List<SiteArticle> ReadArticles(SiteSectionReader root)
    {
        var articles = new List<SiteArticle>();
        foreach (var section in root.Sections("articles", 10_000))
        {
            var (id, title, url) = (section.Text("id", 128, true), section.Text("title", 512, true), section.Text("url", 2_048, true));
            if (id is not null && title is not null && url is not null) articles.Add(new SiteArticle(id, title, url));
            section.Finish();
        }
        return articles;
    }
}
