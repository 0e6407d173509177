using System.Collections.Immutable;
using System.Security;
using System.Text;
using Engagement.Core.Cards;
using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>Builds the model of a site from its file, its secret, its models and its articles. Reads files and the environment; cold.</summary>
public sealed class SiteComposer(SiteModelReader models)
{
    /// <summary>A secret of fewer bytes could be guessed.</summary>
    public const int SecretBytesMin = 32;

    /// <summary>Null when anything is wrong; the causes are added to <paramref name="errors"/>.</summary>
    public SiteModel? Compose(SiteFile site, string fileName, SiteDirectory directory, List<SiteConfigError> errors)
    {
        var root = directory.Path;
        void Error(string path, string message) => errors.Add(new SiteConfigError(fileName, path, message));

        var secret = site.Secret is { } source ? ReadSecret(source, directory.Secrets ?? root, Error) : null;
        var articles = site.ArticlesFile is { } file ? ReadArticles(file, root, errors, Error) : site.Articles;
        var words = ReadReasonWords(site.ReasonsFiles, root, errors, Error);
        var purposeful = models.ReadPurposeful(site.PurposefulModel, root, out var purposefulCause);
        if (purposefulCause is not null) Error("$.models.purposeful", purposefulCause);
        var floundering = models.ReadFloundering(site.FlounderingModel, root, out var flounderingCause);
        if (flounderingCause is not null) Error("$.models.floundering", flounderingCause);
        var need = models.ReadNeed(site.NeedModel, root, out var needCause);
        if (needCause is not null) Error("$.models.need", needCause);
        string? TextOf(SiteFileSecret place) => ReadSecretText(place, directory.Secrets ?? root);
        var webhooks = SiteDeskComposer.ComposeWebhooks(site, TextOf, Error);
        var desk = SiteDeskComposer.ComposeDesk(site.Desk, TextOf, Error);
        if (secret is null || errors.Count > 0) return null;

        return new SiteModel
        {
            Id = site.Site!,
            Mode = site.Mode ?? SiteMode.Observe,
            Delivery = site.Delivery ?? DeliveryMode.Stream,
            Clock = site.Clock ?? SiteClock.Wall,
            Consent = site.Consent ?? ConsentRule.Required,
            DoNotTrack = site.DoNotTrack ?? DoNotTrackRule.Honour,
            TimeZone = site.TimeZone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : TimeZoneInfo.Utc,
            Origins = [.. site.Origins],
            Keys = [.. site.Keys.Select(k => new SiteKey(k.Role!.Value, [.. Convert.FromHexString(k.Sha256!)], DemoKeys.Contains(k.Sha256!)) { Sender = k.Sender ?? KeySender.Browser, Agent = k.Agent })],
            ConsentGivenTo = [.. site.ConsentGivenTo],
            PagesNeverRead = [.. site.PagesNeverRead],
            PagesOnlyRead = [.. site.PagesOnlyRead],
            Door = new DoorLists(site.Events.OnlyTypes, site.Events.NeverTypes, site.Events.OnlyProperties, site.Events.NeverProperties),
            Policy = Compose(site.Policy, site.PagesNeverInterrupted),
            Purposeful = purposeful,
            Floundering = floundering,
            Need = need,
            Copy = site.Copy.ToImmutableDictionary(StringComparer.Ordinal),
            ReasonWords = words,
            Articles = [.. articles],
            NoArticle = site.NoArticle ?? NoArticleRule.Silent,
            Secret = secret,
            Webhooks = webhooks,
            Desk = desk,
            SignIn = site.SignIn is { } signIn ? Compose(signIn) : null,
            Retention = site.Retention ?? Core.Limits.RetentionDefault,
        };
    }

    /// <summary>Paths of the files that a site file names: what has to be looked at for changes besides itself.</summary>
    public static IEnumerable<string> FilesOf(SiteFile site, SiteDirectory directory)
    {
        if (site.Secret?.File is { } secret) yield return Path.Combine(directory.Secrets ?? directory.Path, secret);
        foreach (var other in SiteDeskComposer.SecretsOf(site))
            if (other.File is { } file) yield return Path.Combine(directory.Secrets ?? directory.Path, file);
        if (site.ArticlesFile is { } articles) yield return Path.Combine(directory.Path, articles);
        foreach (var reasons in site.ReasonsFiles) yield return Path.Combine(directory.Path, reasons);
        foreach (var model in new[] { site.PurposefulModel, site.FlounderingModel, site.NeedModel })
            if (model is not (null or SiteModelReader.Released or SiteModelReader.PublishedRules or SiteModelReader.None)) yield return Path.Combine(directory.Path, model);
    }

    private static SiteSignIn Compose(SiteFileSignIn signIn)
    {
        var composed = new SiteSignIn { Issuer = signIn.Issuer!, ClientId = signIn.ClientId!, Agents = [.. signIn.Agents], Supervisors = [.. signIn.Supervisors] };
        return composed with
        {
            Scopes = signIn.Scopes ?? composed.Scopes, AgentClaim = signIn.AgentClaim ?? composed.AgentClaim, RoleClaim = signIn.RoleClaim ?? composed.RoleClaim,
        };
    }

    private static SitePolicy Compose(SiteFilePolicy policy, IReadOnlyList<string> neverInterrupted)
    {
        var byDefault = new SitePolicy();
        return new SitePolicy
        {
            Version = policy.Version ?? byDefault.Version,
            FlounderingThreshold = policy.FlounderingThreshold ?? byDefault.FlounderingThreshold,
            PurposefulThreshold = policy.PurposefulThreshold ?? byDefault.PurposefulThreshold,
            HoldoutShare = policy.Holdout ?? byDefault.HoldoutShare,
            Lease = policy.Lease ?? byDefault.Lease,
            OffersPerHourMax = policy.OffersPerHourMax ?? byDefault.OffersPerHourMax,
            Hours = [.. policy.Hours],
            Languages = [.. policy.Languages],
            PagesNeverInterrupted = [.. neverInterrupted],
        };
    }

    private static SiteSecret? ReadSecret(SiteFileSecret source, string root, Action<string, string> error)
    {
        // Exactly one is set: SiteValidator has said so otherwise.
        if (source is { Env: not null, File: not null } or { Env: null, File: null }) return null;
        var place = source.Env is { } name ? $"environment variable {name}" : $"file {source.File}";
        var text = ReadSecretText(source, root);
        if (text is null)
        {
            error("$.secret", $"the {place} is not there or cannot be read");
            return null;
        }
        var bytes = Encoding.UTF8.GetBytes(text.Trim());
        if (bytes.Length >= SecretBytesMin) return new SiteSecret(bytes);
        error("$.secret", $"the {place} holds {bytes.Length} bytes; allowed: at least {SecretBytesMin}, such as `openssl rand -hex 32` prints");
        return null;
    }

    /// <summary>Null where it is not there, or where the source names no one place.</summary>
    private static string? ReadSecretText(SiteFileSecret source, string root) => source switch
    {
        { Env: { } name, File: null } => Environment.GetEnvironmentVariable(name),
        { Env: null, File: { } file } => ReadText(Path.Combine(root, file)),
        _ => null,
    };

    private static IReadOnlyList<SiteArticle> ReadArticles(string file, string root, List<SiteConfigError> errors, Action<string, string> error)
    {
        if (ReadText(Path.Combine(root, file)) is { } text) return SiteFileReader.ReadArticles(Encoding.UTF8.GetBytes(text), file, errors);
        error("$.articlesFile", $"the file {file} is not there or cannot be read");
        return [];
    }

    private static ReasonWords ReadReasonWords(IReadOnlyList<string> files, string root, List<SiteConfigError> errors, Action<string, string> error)
    {
        var words = ReasonWords.Shipped;
        for (var i = 0; i < files.Count; i++)
        {
            if (ReadText(Path.Combine(root, files[i])) is not { } text)
            {
                error($"$.reasonsFiles[{i}]", $"the file {files[i]} is not there or cannot be read");
                continue;
            }
            var faults = new List<ReasonWordsError>();
            words = words.With(Encoding.UTF8.GetBytes(text), faults);
            errors.AddRange(faults.Select(fault => new SiteConfigError(files[i], fault.Path, fault.Message)));
        }
        return words;
    }

    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SecurityException or ArgumentException)
        {
            return null;
        }
    }
}
