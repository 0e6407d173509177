using System.Globalization;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>How the values of webhooks and desk stand together. Gathers everything that is wrong.</summary>
internal static class SiteDeskValidator
{
    /// <summary>Slack allows some 50 questions a minute, and one is needed for each agent, three times a minute.</summary>
    public const int SlackAgentsMax = 16;

    public static void Validate(SiteFile site, Action<string, string> error)
    {
        for (var i = 0; i < site.Webhooks.Count; i++) Validate(site.Webhooks[i], string.Create(CultureInfo.InvariantCulture, $"$.webhooks[{i}]"), error);
        foreach (var twin in site.Webhooks.Where(w => w.Url is not null).GroupBy(w => w.Url, StringComparer.Ordinal).Where(g => g.Count() > 1))
            error("$.webhooks", $"has the url \"{twin.Key}\" twice; allowed: once, with all its events");
        if (site.Desk is { } desk) Validate(desk, error);
    }

    private static void Validate(SiteFileWebhook webhook, string path, Action<string, string> error)
    {
        if (webhook.Url is { } url) ValidateUrl(url, $"{path}.url", error);
        ValidateSecret(webhook.Secret, $"{path}.secret", error);
        foreach (var name in webhook.Events.Where(name => !NoticeTypes.TryParse(name, out _)))
            error($"{path}.events", $"has \"{name}\"; allowed: {string.Join(", ", NoticeTypes.Names)}");
    }

    private static void Validate(SiteFileDesk desk, Action<string, string> error)
    {
        const string path = "$.desk";
        if (desk.Kind is not { } kind) return;
        var name = kind.ToString().ToLowerInvariant();
        void Needs(bool isThere, string what, string why)
        {
            if (!isThere) error($"{path}.{what}", $"is missing; a {name} desk needs {why}");
        }

        foreach (var hours in desk.Hours.Where(h => h.To <= h.From).Distinct())
            error($"{path}.hours", $"opens on {hours.Day} at {hours.From:HH\\:mm} and closes at {hours.To:HH\\:mm}; allowed: closing after opening (split a night in two)");
        foreach (var agent in desk.Agents.Where(a => !a.All(char.IsAsciiLetterOrDigit)))
            error($"{path}.agents", $"has \"{agent}\"; allowed: ids as the desk has them, of letters and digits");
        if (kind == DeskKind.Hours)
        {
            Needs(desk.Hours.Count > 0, "hours", "the hours at which somebody answers");
            if (desk.Url is not null || desk.Secret is not null) error(path, "of kind \"hours\" has a url or a secret; allowed: hours and capacity, nobody is asked");
            return;
        }
        ValidateSecret(desk.Secret, $"{path}.secret", error);
        if (desk.Url is { } url) ValidateUrl(url, $"{path}.url", error);
        switch (kind)
        {
            case DeskKind.Chatwoot:
                Needs(desk.Url is not null, "url", "where it is, such as \"https://app.chatwoot.com\"");
                Needs(desk.Account is not null, "account", "the number of the account");
                Needs(desk.Inbox is not null, "inbox", "the number of the inbox for its conversations");
                break;
            case DeskKind.Zendesk:
                Needs(desk.Url is not null, "url", "where it is, such as \"https://example.zendesk.com\"");
                Needs(desk.User is not null, "user", "the e-mail of the user whose token it is");
                if (desk.Group is { } group && !long.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    error($"{path}.group", $"is \"{group}\"; allowed: the number of a group, in quotes");
                break;
            case DeskKind.Slack:
                Needs(desk.Channel is not null, "channel", "the id of the channel, such as \"C0123456789\"");
                Needs(desk.Agents.Count > 0 || desk.Hours.Count > 0, "agents", "the ids of the people who take conversations, or hours");
                if (desk.Agents.Count > SlackAgentsMax)
                    error($"{path}.agents", $"has {desk.Agents.Count} people; allowed: {SlackAgentsMax}, since Slack must be asked for each; give hours instead");
                break;
        }
    }

    private static void ValidateSecret(SiteFileSecret? secret, string path, Action<string, string> error)
    {
        if (secret is null or { Env: null, File: null } or { Env: not null, File: not null })
            error(path, "must be one of {\"env\": \"NAME\"} and {\"file\": \"PATH\"}; a secret never stands in this file");
    }

    private static void ValidateUrl(string text, string path, Action<string, string> error)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            error(path, "allowed: an absolute https URL");
        else if (url.Scheme == "http" && !url.IsLoopback)
            error(path, "is not encrypted; allowed: https, or http to this machine itself");
        else if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            error(path, "allowed: a URL without a user, a password or a fragment; a secret never stands in this file");
    }
}
