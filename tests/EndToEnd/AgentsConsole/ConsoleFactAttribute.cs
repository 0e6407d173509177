namespace EndToEnd.AgentsConsole;

/// <summary>A test of the agents' console: needs a browser, and the console built (Node.js).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConsoleFactAttribute : FactAttribute
{
    public ConsoleFactAttribute()
    {
        if (Browser.Executable is null) Skip = "no Chromium here (Debian: chromium; or name one in ENGAGEMENT_CHROMIUM)";
        else if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "console", "index.html"))) Skip = "the console is not built here (.build/console; needs Node.js)";
    }
}
