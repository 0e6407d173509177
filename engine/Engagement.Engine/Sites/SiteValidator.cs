using System.Globalization;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;

namespace Engagement.Engine.Sites;

/// <summary>How the values of a site file stand together: what single values cannot show. Gathers everything that is wrong.</summary>
public static class SiteValidator
{
    /// <summary>Keys of one role that may be valid at a time: the old one and the new one of a rotation.</summary>
    public const int KeysPerRoleMax = 2;

    private static readonly string[] CopyStates = ["purposeful", "floundering"];

    public static void Validate(SiteFile site, string fileName, List<SiteConfigError> errors)
    {
        void Error(string path, string message) => errors.Add(new SiteConfigError(fileName, path, message));

        ValidateId(site, fileName, Error);
        ValidateKeys(site, Error);
        if (site.SignIn is { } signIn) ValidateSignIn(signIn, Error);
        ValidatePages(site, Error);
        ValidateEvents(site.Events, Error);
        ValidatePolicy(site, Error);
        SiteDeskValidator.Validate(site, Error);
        if (site.Secret is null or { Env: null, File: null } or { Env: not null, File: not null })
            Error("$.secret", "must be one of {\"env\": \"NAME\"} and {\"file\": \"PATH\"}; a secret never stands in this file");
        if (site.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            Error("$.timeZone", $"is \"{zone}\"; allowed: a name of the IANA time zone database, such as \"Europe/Berlin\"");
        foreach (var key in site.Copy.Keys.Where(k => !IsCopyKey(k)))
            Error($"$.copy.{key}", "allowed: a state and a language, such as \"floundering.en\" (states: purposeful, floundering)");
        foreach (var twin in site.Articles.GroupBy(a => a.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
            Error("$.articles", $"has the id \"{twin.Key}\" twice; allowed: once");
        foreach (var article in site.Articles.Where(a => !IsLink(a.Url)))
            Error("$.articles", $"has the url \"{article.Url}\"; allowed: an absolute http(s) URL or a path that begins with a slash");
    }

    private static void ValidateId(SiteFile site, string fileName, Action<string, string> error)
    {
        if (site.Site is not { } id) return;
        if (!id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.') || !char.IsAsciiLetterOrDigit(id[0]))
            error("$.site", $"is \"{id}\"; allowed: lower-case letters, digits, hyphens and dots, the first a letter or digit");
        var expected = Path.GetFileNameWithoutExtension(fileName);
        if (id != expected) error("$.site", $"is \"{id}\" in {fileName}; allowed: the name of its file, \"{expected}\"");
    }

    private static void ValidateKeys(SiteFile site, Action<string, string> error)
    {
        for (var i = 0; i < site.Keys.Count; i++)
        {
            if (site.Keys[i].Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
                error(At("$.keys", i) + ".sha256", "allowed: 64 hexadecimal digits, as `engagement config hash-key` prints them");
            if (site.Keys[i].Sender is not null && site.Keys[i].Role != KeyRole.Write)
                error(At("$.keys", i) + ".sender", "is set; allowed only with \"role\": \"write\": other keys are a server's anyway");
            if (site.Keys[i].Agent is { } agent && (site.Keys[i].Role is not (KeyRole.Agent or KeyRole.Supervisor) || !AgentIds.IsValid(agent)))
                error(At("$.keys", i) + ".agent", $"is \"{agent}\"; allowed: {AgentIds.Rule}, and only with \"role\": \"agent\" or \"supervisor\"");
            if (site.Keys[i].Role == KeyRole.Replay && site.Clock != SiteClock.Log)
                error(At("$.keys", i) + ".role", "is \"replay\", which sets receivedAt; allowed only with \"clock\": \"log\"");
        }
        foreach (var role in site.Keys.GroupBy(k => (k.Role, k.Agent)).Where(g => g.Key.Role is not null && g.Count() > KeysPerRoleMax))
            error("$.keys", $"has {role.Count()} keys of one role ({role.Key.Role.ToString()!.ToLowerInvariant()}{(role.Key.Agent is { } agent ? $" of {agent}" : "")}); allowed: two, the old one and the new one");
        foreach (var twin in site.Keys.Where(k => k.Sha256 is not null).GroupBy(k => k.Sha256!.ToUpperInvariant()).Where(g => g.Count() > 1))
            error("$.keys", $"has the key {twin.Key[..8].ToLowerInvariant()}… twice; allowed: once, with one role");
        if (site.Mode is SiteMode.Live && site.SignIn is null && !site.Keys.Any(k => k.Role is KeyRole.Agent or KeyRole.Supervisor))
            error("$.keys", "has no key of role \"agent\" or \"supervisor\", nor \"signIn\", and the site is live; allowed: at least one, or nobody can take a conversation");
    }

    private static void ValidateSignIn(SiteFileSignIn signIn, Action<string, string> error)
    {
        if (signIn.Issuer is { } issuer)
        {
            if (!Uri.TryCreate(issuer, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Query.Length > 0 || url.Fragment.Length > 0)
                error("$.signIn.issuer", $"is \"{issuer}\"; allowed: an absolute https URL without query, as its tokens name it");
            else if (url.Scheme == "http" && !url.IsLoopback) error("$.signIn.issuer", "is not encrypted; allowed: https, or http to this machine itself");
        }
        if (signIn.Scopes is { } scopes && !scopes.Split(' ').Contains("openid")) error("$.signIn.scopes", $"is \"{scopes}\"; allowed: scopes separated by a space, openid among them");
        if (signIn.Agents.Count == 0 && signIn.Supervisors.Count == 0)
            error("$.signIn", "names no role; allowed: values of the role claim in \"agents\", \"supervisors\" or both, or everybody whom the provider knows would be an agent");
    }

    private static void ValidatePages(SiteFile site, Action<string, string> error)
    {
        for (var i = 0; i < site.Origins.Count; i++)
        {
            if (!IsOrigin(site.Origins[i]))
                error(At("$.origins", i), $"is \"{site.Origins[i]}\"; allowed: scheme, host and port only, such as \"https://shop.example\"");
        }
        for (var i = 0; i < site.ConsentGivenTo.Count; i++)
        {
            if (!DialectNames.All.Contains(site.ConsentGivenTo[i]))
                error(At("$.signals.consentGivenTo", i), $"is \"{site.ConsentGivenTo[i]}\"; allowed: {string.Join(", ", DialectNames.All)}");
        }
        foreach (var (name, prefixes) in new[] { ("neverRead", site.PagesNeverRead), ("onlyRead", site.PagesOnlyRead), ("neverInterrupted", site.PagesNeverInterrupted) })
        {
            for (var i = 0; i < prefixes.Count; i++)
            {
                if (prefixes[i][0] != '/' || prefixes[i].AsSpan().IndexOfAny('?', '#') >= 0)
                    error(At($"$.pages.{name}", i), $"is \"{prefixes[i]}\"; allowed: the beginning of a path, such as \"/checkout/payment\"");
            }
        }
    }

    private static void ValidateEvents(SiteFileEvents events, Action<string, string> error)
    {
        foreach (var (name, types) in new[] { ("onlyTypes", events.OnlyTypes), ("neverTypes", events.NeverTypes) })
        {
            for (var i = 0; i < types.Count; i++)
            {
                if (!types[i].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
                    error(At($"$.events.{name}", i), $"is \"{types[i]}\"; allowed: an event type as events carry it, such as \"form_error\"");
            }
        }
        foreach (var both in events.OnlyTypes.Intersect(events.NeverTypes))
            error("$.events", $"takes only \"{both}\" and never \"{both}\"; allowed: one of the two");
        for (var i = 0; i < events.NeverProperties.Count; i++)
        {
            var name = events.NeverProperties[i];
            if (DoorLists.NeededProperties.Contains(name))
                error(At("$.events.neverProperties", i), $"is \"{name}\", without which an event means nothing; allowed: any other, such as \"page.title\" or \"traits\"");
            else if (name.Count(c => c == '.') > 1 || name.StartsWith('.') || name.EndsWith('.'))
                error(At("$.events.neverProperties", i), $"is \"{name}\"; allowed: a name, or an object's and a name, such as \"page.title\"");
        }
        for (var i = 0; i < events.OnlyProperties.Count; i++)
        {
            if (events.OnlyProperties[i].Contains('.', StringComparison.Ordinal))
                error(At("$.events.onlyProperties", i), $"is \"{events.OnlyProperties[i]}\"; allowed: a member of the event itself, without dots; its insides go with it");
        }
    }

    private static void ValidatePolicy(SiteFile site, Action<string, string> error)
    {
        foreach (var hours in site.Policy.Hours.Where(h => h.To <= h.From).Distinct())
            error("$.policy.hours", $"opens on {hours.Day} at {hours.From:HH\\:mm} and closes at {hours.To:HH\\:mm}; allowed: closing after opening (split a night in two)");
        for (var i = 0; i < site.Policy.Languages.Count; i++)
        {
            var language = site.Policy.Languages[i];
            if (language.Length is < 2 or > 3 || !language.All(char.IsAsciiLetterLower))
                error(At("$.policy.languages", i), $"is \"{language}\"; allowed: a primary language tag in lower case, such as \"en\"");
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;

    private static bool IsLink(string text) =>
        text.StartsWith('/') ? !text.StartsWith("//", StringComparison.Ordinal) : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static bool IsCopyKey(string key)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && CopyStates.Contains(key[..dot]) && key.Length - dot - 1 is 2 or 3 && key[(dot + 1)..].All(char.IsAsciiLetterLower);
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
