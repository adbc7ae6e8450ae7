/** The package for Debian on machines of its own, each with its systemd, and the page about it. */
@NullMarked
package bindery.deploy.install;

import org.jspecify.annotations.NullMarked;
