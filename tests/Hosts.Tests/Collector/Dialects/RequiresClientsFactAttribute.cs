using Engagement.Testing;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>A test that drives vendors' own clients; skipped, saying so, where node or their packages are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresClientsFactAttribute : FactAttribute
{
    public RequiresClientsFactAttribute(bool inBrowser = false)
    {
        Skip = VendorClients.WhyNot ?? (inBrowser && VendorClients.Find("chromium") is null ? "no browser here (Debian: chromium)." : null);
    }
}
