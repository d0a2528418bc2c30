/**
 * What a first-time user gets wrong, and how to put it right: checks of the server, of the role that connects to it, of
 * this host and of the repository. Each finding has a code, and a hint that can be pasted.
 */
@NullMarked
package io.holdfast.cli.check;

import org.jspecify.annotations.NullMarked;
