using System.CommandLine;
using Engagement.Server.Commands;

// The verbs of the one executable; each in a file of its own.
var root = new RootCommand("Context-aware proactive engagement: hears events, leaves most visitors alone, offers a person where one is needed and free.")
{
    ServeCommand.Create(),
    ReplayCommand.Create(),
    ConfigCommand.Create(),
    LogCommand.Create(),
};
VersionText.Install(root);
// Signals are the host's: it stops in its own order, within its own time.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
