using Engagement.Testing;

namespace EndToEnd.Clients;

/// <summary>A test of a vendor's client.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientTheoryAttribute : TheoryAttribute
{
    public ClientTheoryAttribute() => Skip = VendorClients.WhyNot;
}

/// <summary>A test of a vendor's client in a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserClientFactAttribute : FactAttribute
{
    public BrowserClientFactAttribute() => Skip = VendorClients.WhyNot ?? (Browser.Executable is null ? "no Chromium here (Debian: chromium; or name one in ENGAGEMENT_CHROMIUM)" : null);
}
