"""`reconciler completion`"""

import click

from reconciler.cli.app import App
from reconciler.cli.choice import OneOf
from reconciler.cli.completing import VARIABLE
from reconciler.cli.help import Command
from reconciler.cli.options import options

_INSTALL = {
    "bash": 'eval "$(reconciler completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(reconciler completion zsh)"   # in ~/.zshrc, behind compinit',
    "fish": "reconciler completion fish > ~/.config/fish/completions/reconciler.fish",
}


@click.command(
    cls=Command,
    epilog='\b\nExamples:\n  eval "$(reconciler completion bash)"\n'
    "  reconciler completion fish > ~/.config/fish/completions/reconciler.fish",
)
@click.argument("shell", type=OneOf(list(_INSTALL)))
@options()
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that completes commands, options, targets, addresses and rules
    in a shell.
    """
    from click.shell_completion import get_completion_class

    app: App = context.obj
    script = get_completion_class(shell)
    assert script is not None
    program = context.find_root().command
    text = script(program, {}, "reconciler", VARIABLE).source()
    app.result(f"# {_INSTALL[shell]}\n{text}")
    return 0
