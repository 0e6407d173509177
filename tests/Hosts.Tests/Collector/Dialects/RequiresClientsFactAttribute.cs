namespace Hosts.Tests.Collector.Dialects;

/// <summary>A test that drives vendors' own clients; skipped, saying so, where node or their packages are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresClientsFactAttribute : FactAttribute
{
    public RequiresClientsFactAttribute(bool inBrowser = false)
    {
        if (!VendorClients.HasNode) Skip = "node is not installed (Debian: nodejs npm).";
        else if (!Directory.Exists(VendorClients.Modules)) Skip = "the clients' packages are not installed (npm ci in tests/Clients).";
        else if (inBrowser && VendorClients.Browser is null) Skip = "no browser here (Debian: chromium).";
    }
}
