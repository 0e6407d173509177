using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>Builds webhooks and desk of a site, with their secrets. Assumes what <see cref="SiteDeskValidator"/> has let through; cold.</summary>
internal static class SiteDeskComposer
{
    /// <summary>How a webhook's secret begins, by Standard Webhooks; what follows is base64 of 24 to 64 bytes.</summary>
    public const string WebhookSecretPrefix = "whsec_";

    private const int WebhookSecretBytesMin = 24;
    private const int WebhookSecretBytesMax = 64;

    /// <summary>Reads the text of a secret; null where it is not there.</summary>
    internal delegate string? SecretText(SiteFileSecret source);

    public static ImmutableArray<SiteWebhook> ComposeWebhooks(SiteFile site, SecretText read, Action<string, string> error)
    {
        var webhooks = ImmutableArray.CreateBuilder<SiteWebhook>();
        for (var i = 0; i < site.Webhooks.Count; i++)
        {
            var webhook = site.Webhooks[i];
            if (webhook is not { Url: { } url, Secret: { } source } || !Uri.TryCreate(url, UriKind.Absolute, out var address)) continue;
            var path = string.Create(CultureInfo.InvariantCulture, $"$.webhooks[{i}].secret");
            var secrets = ReadWebhookSecrets(source, read, path, error);
            var types = webhook.Events.Where(e => NoticeTypes.TryParse(e, out _)).Select(e => NoticeTypes.TryParse(e, out var type) ? type : default);
            webhooks.Add(new SiteWebhook(address, secrets, [.. types.Distinct()]));
        }
        return webhooks.ToImmutable();
    }

    public static SiteDesk? ComposeDesk(SiteFileDesk? desk, SecretText read, Action<string, string> error)
    {
        if (desk?.Kind is not { } kind) return null;
        SiteSecret? secret = null;
        if (kind != DeskKind.Hours && desk.Secret is { } source)
        {
            if (read(source)?.Trim() is { Length: > 0 } text && text.All(c => c is > ' ' and < (char)127)) secret = new SiteSecret(Encoding.ASCII.GetBytes(text));
            else error("$.desk.secret", $"the {PlaceOf(source)} is not there, cannot be read, or holds no token");
        }
        return new SiteDesk
        {
            Kind = kind,
            Url = desk.Url is { } url && Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : kind == DeskKind.Slack ? new Uri("https://slack.com") : null,
            Secret = secret,
            Account = desk.Account ?? 0,
            Inbox = desk.Inbox ?? 0,
            User = desk.User,
            Group = long.TryParse(desk.Group, NumberStyles.None, CultureInfo.InvariantCulture, out var group) ? group : 0,
            Channel = desk.Channel,
            Agents = [.. desk.Agents.Distinct(StringComparer.Ordinal)],
            Capacity = desk.Capacity ?? 1,
            Hours = [.. desk.Hours],
        };
    }

    public static IEnumerable<SiteFileSecret> SecretsOf(SiteFile site)
    {
        foreach (var webhook in site.Webhooks)
            if (webhook.Secret is { } secret) yield return secret;
        if (site.Desk?.Secret is { } token) yield return token;
    }

    /// <summary>One a line: the first is the newest, by habit; all sign.</summary>
    private static ImmutableArray<SiteSecret> ReadWebhookSecrets(SiteFileSecret source, SecretText read, string path, Action<string, string> error)
    {
        if (read(source) is not { } text)
        {
            error(path, $"the {PlaceOf(source)} is not there or cannot be read");
            return [];
        }
        var lines = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length is 0 || lines.Length > Limits.WebhookSecretsMax)
        {
            error(path, $"the {PlaceOf(source)} holds {lines.Length} secrets; allowed: 1 to {Limits.WebhookSecretsMax}, one a line");
            return [];
        }
        var secrets = lines.Select(ReadWebhookSecret).ToArray();
        if (Array.TrueForAll(secrets, s => s is not null)) return [.. secrets.Select(s => s!)];
        error(path, $"the {PlaceOf(source)} holds what is no secret of a webhook; allowed: {WebhookSecretPrefix} and base64 of {WebhookSecretBytesMin} to {WebhookSecretBytesMax} bytes, such as `echo whsec_$(openssl rand -base64 32)` prints");
        return [];
    }

    private static SiteSecret? ReadWebhookSecret(string text)
    {
        if (!text.StartsWith(WebhookSecretPrefix, StringComparison.Ordinal) || !Base64.IsValid(text.AsSpan(WebhookSecretPrefix.Length), out var length)) return null;
        if (length is < WebhookSecretBytesMin or > WebhookSecretBytesMax) return null;
        return new SiteSecret(Convert.FromBase64String(text[WebhookSecretPrefix.Length..]));
    }

    private static string PlaceOf(SiteFileSecret source) => source.Env is { } name ? $"environment variable {name}" : $"file {source.File}";
}
