using Engagement.Core;
using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>Reads what a site file says of webhooks and of the site's desk: shape and ranges of single values.</summary>
internal static class SiteDeskReader
{
    /// <summary>Agents that may be named; Slack, which is asked for one at a time, takes fewer (<see cref="SiteDeskValidator.SlackAgentsMax"/>).</summary>
    private const int AgentsMax = 500;

    public static IReadOnlyList<SiteFileWebhook> ReadWebhooks(SiteSectionReader root)
    {
        var webhooks = new List<SiteFileWebhook>();
        foreach (var section in root.Sections("webhooks", Limits.WebhooksMax))
        {
            webhooks.Add(new SiteFileWebhook(section.Text("url", 2_048, required: true), ReadSecret(section), section.Texts("events", 32, 64)));
            section.Finish();
        }
        return webhooks;
    }

    public static SiteFileDesk? ReadDesk(SiteSectionReader root)
    {
        if (root.Section("desk") is not { } section) return null;
        var desk = new SiteFileDesk
        {
            Kind = section.Word<DeskKind>("kind", required: true),
            Url = section.Text("url", 2_048),
            Secret = ReadSecret(section),
            Account = section.Whole("account", 1, int.MaxValue),
            Inbox = section.Whole("inbox", 1, int.MaxValue),
            User = section.Text("user", 256),
            Group = section.Text("group", 20),
            Channel = section.Text("channel", 64),
            Agents = section.Texts("agents", AgentsMax, 40),
            Capacity = section.Whole("capacity", 1, 1_000),
            Hours = SiteFileReader.ReadHours(section),
        };
        section.Finish();
        return desk;
    }

    private static SiteFileSecret? ReadSecret(SiteSectionReader section)
    {
        if (section.Section("secret") is not { } secret) return null;
        var read = new SiteFileSecret(secret.Text("env"), secret.Text("file", 1_024));
        secret.Finish();
        return read;
    }
}
